import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialContext, type TrialMethod, type TrialResult, watch } from "ddpm-dip/trials";
import { z } from "zod";
import type { Arm } from "../denoise/arm";
import { openArm } from "../denoise/openArm";
import { openPerceptual } from "../featureCheckpoints";
import { openContest } from "../league/contestants";
import { watchRule } from "../league/watchRule";
import { toDataUri } from "../noisyPhoto";
import { readDegraded } from "./restore";
import { arm } from "./specs/arms";
import { crop } from "./specs/denoisers";
import { checkpoint, gaussianDegradation, iterations, priorNetwork, seed, source } from "./specs/fields";
import { trainings } from "./specs/league";

/** Of a trial of one DIP fit with the stopping criteria that watch it. */
const dipFitSchema = z.strictObject({
  method: z.literal("dip-fit"),
  image: source,
  crop,
  degradation: gaussianDegradation,
  /** The noise level that the criteria assume, as a multiple of the true one. */
  assumedSigma: z.number().positive().max(10),
  network: priorNetwork,
  iterations,
  learningRate: z.number().positive().max(1),
  inputNoise: z.number().min(0).max(1),
  /** Every how many iterations the curves are read. */
  readEvery: z.int().min(1).max(1000),
  /** What is fitted: what one stopping criterion asks for, or a variant of the combined method's DIP. */
  fit: z.union([z.strictObject({ kind: z.literal("criteria"), training: z.enum(trainings) }), arm]),
  /** The network that the perceptual distance is measured by. */
  perceptual: checkpoint,
  keepImages: z.boolean(),
  /** Of the noise, together with the image's name, and of the network, its input and the split. */
  seed,
});

/** A trial of one DIP fit, as plain data. */
export type DipFitSpec = z.infer<typeof dipFitSchema>;

/** Opens the fit and its criteria, as those of the other methods are. */
async function openFit(spec: DipFitSpec, noisy: tf.Tensor4D, clean: tf.Tensor4D, engine: TrialContext["engine"]) {
  const sigma = spec.degradation.sigma * spec.assumedSigma;
  const seeds = { network: spec.seed, input: spec.seed, noise: spec.seed };
  const { fit, network } = spec;
  if (fit.kind !== "criteria") {
    const size = clean.shape[1];
    return openArm({ ...spec, seeds, size, arm: fit }, noisy, sigma, { clean, engine });
  }
  if (network.kind !== "skip") throw new RangeError(`network: got "${network.kind}" for the criteria, want "skip"`);
  const { fit: iterate, rules, dispose } = openContest({ ...spec, ...fit, seeds, network }, noisy, sigma, engine);
  const opened: Arm = {
    ...{ fit: iterate, rules, dispose, imageOf: (made) => made, observe: () => undefined },
    ...{ notes: () => ({}), evaluations: () => 0 },
  };
  return opened;
}

/**
 * One DIP fit: the quality and the error of its averaged output, the reading of each criterion, and the image that each would
 * return, beside the oracle. It ends once every criterion has stopped and the quality has fallen for good.
 */
const runDipFit: TrialMethod<DipFitSpec> = async (spec, context) => {
  const { clean, noisy } = await readDegraded(spec);
  try {
    const opened = await openFit(spec, noisy, clean, context.engine);
    try {
      return await followFit(opened, spec, { clean, noisy }, context);
    } finally {
      opened.dispose();
    }
  } finally {
    tf.dispose([clean, noisy]);
  }
};

async function followFit(
  { fit, rules, imageOf, judge, observe, notes, evaluations }: Arm,
  spec: DipFitSpec,
  { clean, noisy }: { clean: tf.Tensor4D; noisy: tf.Tensor4D },
  context: TrialContext,
): Promise<TrialResult> {
  const watched = Object.entries(rules).map(([name, rule]) => ({ name, criterion: watchRule(rule), seconds: 0 }));
  const curves: Record<string, number[]> = {};
  const read = (values: Record<string, number>) => {
    for (const [name, value] of Object.entries(values)) {
      curves[name] ??= [];
      curves[name].push(value);
    }
  };
  const asImage = (made: Float32Array) => tf.tensor4d(imageOf(made), clean.shape);
  const oracle = { psnr: Number.NEGATIVE_INFINITY, iteration: 0, made: new Float32Array() };
  const started = performance.now();
  let [last, aside] = [0, 0];
  const secondsSoFar = () => (performance.now() - started - aside) / 1000;
  for await (const seen of watch(fit, spec.iterations, context)) {
    observe(seen);
    const { iteration, loss } = seen;
    const averagedOutput = seen.averagedOutput.dataSync() as Float32Array;
    const known = { iteration, loss, output: seen.output.dataSync() as Float32Array, averagedOutput };
    for (const one of watched) {
      if (one.criterion.stopped) continue;
      one.criterion.observe(known);
      one.seconds = secondsSoFar();
    }
    const paused = performance.now();
    last = iteration;
    const image = asImage(averagedOutput);
    const quality = psnr(image, clean);
    if (quality > oracle.psnr) Object.assign(oracle, { psnr: quality, iteration, made: averagedOutput });
    if (iteration % spec.readEvery === 0) {
      read({ iteration, loss, psnr: quality, ssim: ssim(image, clean), error: meanSquaredError(image, clean) });
      read({ ...notes(), ...Object.fromEntries(watched.map(({ name, criterion }) => [name, criterion.criterion])) });
    }
    image.dispose();
    aside += performance.now() - paused;
    const isPast = iteration >= 1.2 * oracle.iteration + 100;
    if (isPast && watched.every(({ criterion }) => criterion.stopped)) break;
  }
  const metrics: Record<string, number> = { psnrNoisy: psnr(noisy, clean), iterationsRun: last };
  Object.assign(metrics, { secondsPerIteration: secondsSoFar() / last, evaluations: evaluations() });
  const images: Record<string, string> = {};
  const network = openPerceptual(spec.perceptual);
  const describe = async (name: string, made: Float32Array) => {
    const image = asImage(made);
    const distance = network.distance(image, clean)[0] as number;
    const values = { psnr: psnr(image, clean), ssim: ssim(image, clean), perceptual: distance };
    for (const [metric, value] of Object.entries(values)) metrics[`${name}.${metric}`] = value;
    if (judge) metrics[`${name}.risk`] = judge.estimate(made).risk;
    metrics[`${name}.error`] = meanSquaredError(image, clean);
    if (spec.keepImages) images[name] = await toDataUri(image);
    image.dispose();
  };
  try {
    await describe("oracle", oracle.made);
    metrics["oracle.iteration"] = oracle.iteration;
    for (const { name, criterion, seconds } of watched) {
      await describe(name, criterion.image());
      const { iteration, noticed, stopped } = criterion;
      Object.assign(metrics, { [`${name}.iteration`]: iteration, [`${name}.detection`]: noticed });
      Object.assign(metrics, { [`${name}.stopped`]: Number(stopped), [`${name}.seconds`]: seconds });
    }
  } finally {
    network.dispose();
  }
  return { curves, metrics, images };
}

/** The method "dip-fit", registered. */
export const dipFitMethod = defineMethod({ name: "dip-fit", revision: 1, schema: dipFitSchema, run: runDipFit });

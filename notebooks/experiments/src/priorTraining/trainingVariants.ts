import { type Batch, createUnet, type Denoiser, type LevelLoss, type Unet, validationLosses } from "ddpm-dip/ddpm";
import { fitDip, interpolateKnown } from "ddpm-dip/dip";
import {
  conditionOn,
  imageSpread,
  measureShift,
  type PriorShift,
  restoreShifted,
  shiftedLosses,
  toResidual,
  viewAsPrior,
} from "ddpm-dip/fusion";
import { psnr, ssim } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import { type TrialContext, watch } from "ddpm-dip/trials";
import { mean } from "simple-statistics";
import type { Own } from "../owning";
import { fitGuesses, varyLeast } from "./guesses";
import type { DegradedImages, PriorTrainingSpec } from "./images";

/** A way to train: what it is shown, and how the result is validated. */
export interface TrainingVariant {
  network: Unet;
  /** Spent on DIP before the first step, on all training images. */
  dipSeconds: number;
  /** The batch of a step: [batch, size, size, 3] of what the process sees, and what it is conditioned on. */
  batchAt(step: number): Batch;
  /** What the validation images are told by. */
  condition?: tf.Tensor4D;
  /** Judges the network with its averaged weights. */
  validate(denoiser: Denoiser): Record<string, number>;
}

/** Mean loss of the predicted velocity over the levels, and the mean squared error of x_0, image units. */
function meanLosses(levels: readonly LevelLoss[]): { loss: number; cleanError: number } {
  return {
    // |v' - v|^2 = |eps' - eps|^2 + |x_0' - x_0|^2, the latter in model range.
    loss: mean(levels.map(({ loss, cleanError }) => loss + 4 * cleanError)),
    cleanError: mean(levels.map(({ cleanError }) => cleanError)),
  };
}

/** Cuts the images of a step out of a set in memory, in a random order. */
function drawBatches(
  count: number,
  { batch, seeds }: PriorTrainingSpec,
): (step: number, from: readonly tf.Tensor4D[]) => tf.Tensor4D[] {
  const random = openStream(seeds.training, "data", "batches");
  return (step, from) => {
    const draw = random.numbers(step);
    const places = Array.from({ length: batch }, () => Math.floor(draw() * count));
    return from.map((set) => tf.gather(set, places));
  };
}

type Kind<Name> = Extract<PriorTrainingSpec["prior"], { kind: Name }>;
interface Sets {
  training: DegradedImages;
  validation: DegradedImages;
}

function createNetwork({ network, seeds }: PriorTrainingSpec, conditionChannels = 0): Unet {
  return createUnet({ ...network, conditionChannels, prediction: "velocity" }, seeds.network);
}

const nameOf = ({ data, size, keep, of, seeds }: PriorTrainingSpec, part: string) =>
  JSON.stringify([data.set, size, keep, of, seeds.data, part]);

/** A conditional process, shifted to the guess that the spec names. Of a spectrum no pixel is known to it. */
export async function openConditional(
  spec: PriorTrainingSpec,
  sets: Sets,
  context: TrialContext,
  own: Own,
): Promise<TrainingVariant> {
  const prior = spec.prior as Kind<"shift">;
  const { training, validation, seconds } = own(await guess(spec, prior, sets, context));
  const from = prior.shifted ? training : own(grey(training));
  const shift =
    prior.shifted && prior.of !== "none" ? measureShift(sets.training.clean, from) : { spread: imageSpread };
  const residuals = own(toResidual(shift, sets.training.clean, from));
  const tell = (mu: tf.Tensor4D, { given, mask }: DegradedImages) =>
    own(tf.tidy(() => conditionOn(mu, given, spec.of ? tf.zerosLike(mask) : mask)));
  const conditions = tell(training, sets.training);
  const validMu = prior.shifted ? validation : own(grey(validation));
  const validResiduals = own(toResidual(shift, sets.validation.clean, validMu));
  const condition = tell(validation, sets.validation);
  const { psnr: guessPsnr } = scoreRestored(validation, sets.validation);
  const draw = drawBatches(spec.data.count, spec);
  return {
    network: createNetwork(spec, condition.shape[3]),
    dipSeconds: seconds,
    batchAt(step) {
      const [images, told] = draw(step, [residuals, conditions]) as [tf.Tensor4D, tf.Tensor4D];
      return { images, condition: told };
    },
    condition,
    validate(denoiser) {
      const levels = shiftedLosses(denoiser, shift, validResiduals, spec.levels, openStream(1, "data", "validation"));
      const restored = restoreMean(denoiser, shift, validMu, spec);
      const quality = scoreRestored(restored, sets.validation);
      restored.dispose();
      return { validation: meanLosses(levels).cleanError, ...quality, guessPsnr };
    },
  };
}

/** The mean of several draws of the shifted process; the caller's. */
function restoreMean(denoiser: Denoiser, shift: PriorShift, mu: tf.Tensor4D, spec: PriorTrainingSpec): tf.Tensor4D {
  const random = openStream(1, "sampler");
  const draws = Array.from({ length: spec.draws ?? 1 }, (_, draw) =>
    restoreShifted(denoiser, shift, mu, random.child(`draw ${draw}`), spec),
  );
  const sum = tf.addN(draws);
  const average = sum.div<tf.Tensor4D>(draws.length);
  tf.dispose([...draws, sum]);
  return average;
}

/** Quality of restored images with what was measured put in, A^+ y + x - A^+ A x: the means over the images. */
function scoreRestored(restored: tf.Tensor4D, { clean, mask, open }: DegradedImages): { psnr: number; ssim: number } {
  const operator = open(mask);
  const scores = tf.tidy(() => {
    const known = (images: tf.Tensor4D) => operator.backProject(operator.measure(images));
    const joined = known(clean)
      .add(restored.sub(known(restored)))
      .clipByValue(0, 1);
    const split = (images: tf.Tensor) => tf.split(images, clean.shape[0]) as tf.Tensor4D[];
    const [made, truths] = [split(joined), split(clean)];
    const over = (measure: typeof psnr) => mean(made.map((one, i) => measure(one, truths[i] as tf.Tensor4D)));
    return { psnr: over(psnr), ssim: over(ssim) };
  });
  operator.dispose();
  return scores;
}

const grey = ({ shape }: tf.Tensor4D) => tf.fill(shape, 0.5) as tf.Tensor4D;

/** What DIP, or a control in its place, takes the images to be, and the seconds that it took: DIP on those of the training. */
async function guess(
  spec: PriorTrainingSpec,
  { of, iterations }: Kind<"shift">,
  { training, validation }: Sets,
  context: TrialContext,
): Promise<{ training: tf.Tensor4D; validation: tf.Tensor4D; seconds: number }> {
  if (of === "interpolated" && spec.of) throw new RangeError(`prior.of: got "interpolated" for values of a spectrum`);
  const started = performance.now();
  let seconds = 0;
  const read = (made: ReturnType<typeof varyLeast>, iteration: number, part: string) => {
    if (part === "training") seconds = made.seconds.get(iteration) as number;
    return (made.images.get(iteration) as tf.Tensor4D).clone();
  };
  const make = {
    none: ({ clean }: DegradedImages) => grey(clean),
    given: ({ given }: DegradedImages) => given.clone(),
    interpolated: ({ clean, mask }: DegradedImages) => {
      const made = interpolateKnown(clean, mask, 1);
      made.dataSync();
      seconds ||= (performance.now() - started) / 1000;
      return made;
    },
    variation: (set: DegradedImages, part: string) => read(varyLeast(nameOf(spec, part), set), 0, part),
    dip: async (set: DegradedImages, part: string) => {
      const measured = { clean: set.clean, sampling: set };
      return read(await fitGuesses(nameOf(spec, part), measured, dipSnapshots(iterations), context), iterations, part);
    },
  }[of];
  const images = { training: await make(training, "training"), validation: await make(validation, "validation") };
  return { ...images, seconds };
}

/** The numbers of iterations that are kept of one fit, so that variants that want others share it. */
function dipSnapshots(iterations: number): number[] {
  return [25, 100].includes(iterations) ? [25, 100] : [iterations];
}

/** A generator: trained as usual, with weights that were a DIP's, or shown smooth images first. */
export async function openGenerative(
  spec: PriorTrainingSpec,
  sets: Sets,
  context: TrialContext,
  own: Own,
): Promise<TrainingVariant> {
  const network = createNetwork(spec);
  const { stages, seconds } = own(await openStages(spec, sets.training, context));
  const fitted =
    spec.prior.kind === "weights" ? await fitWeights(network, spec.prior, spec, sets.training, context) : 0;
  const draw = drawBatches(spec.data.count, spec);
  return {
    network,
    dipSeconds: seconds + fitted,
    batchAt(step) {
      const place = Math.min(stages.length - 1, Math.floor(((step - 1) / spec.steps) * stages.length));
      const [images] = draw(step, [stages[place] as tf.Tensor4D]) as [tf.Tensor4D];
      return { images };
    },
    validate(denoiser) {
      const { clean } = sets.validation;
      const options = { batch: clean.shape[0], clip: false };
      const random = openStream(1, "data", "validation");
      return { validation: meanLosses(validationLosses(denoiser, clean, spec.levels, random, options)).loss };
    },
  };
}

/** The training images of each stage; the last are the images themselves. */
async function openStages(
  spec: PriorTrainingSpec,
  training: DegradedImages,
  context: TrialContext,
): Promise<{ stages: tf.Tensor4D[]; seconds: number }> {
  if (spec.prior.kind !== "curriculum") return { stages: [training.clean.clone()], seconds: 0 };
  const { stages } = spec.prior;
  const made = await fitGuesses(nameOf(spec, "clean"), { clean: training.clean }, stages, context);
  const images = stages.map((k) => (made.images.get(k) as tf.Tensor4D).clone());
  return { stages: [...images, training.clean.clone()], seconds: made.seconds.get(Math.max(...stages)) as number };
}

/** Fits the network as a DIP to a few images of the training. @returns seconds. */
async function fitWeights(
  network: Unet,
  { images, iterations }: Kind<"weights">,
  { seeds }: PriorTrainingSpec,
  { clean }: DegradedImages,
  context: TrialContext,
): Promise<number> {
  if (images > clean.shape[0])
    throw new RangeError(`prior.images: got ${images}, there are ${clean.shape[0]} to train on`);
  const target = tf.slice(clean, [0, 0, 0, 0], [images, -1, -1, -1]);
  const started = performance.now();
  const options = { iterations, learningRate: 1e-3, inputNoise: 0, seed: seeds.network, engine: context.engine };
  const quiet: TrialContext = { ...context, onProgress: () => undefined };
  for await (const _ of watch(fitDip(viewAsPrior(network, images), target, options), iterations, quiet));
  target.dispose();
  return (performance.now() - started) / 1000;
}

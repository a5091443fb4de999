import { estimateSigmaWavelet } from "ddpm-dip/data";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialContext, type TrialMethod, type TrialResult, watch } from "ddpm-dip/trials";
import { bestMixture } from "../bestMixture";
import { openVariant } from "../dipFit/openVariant";
import type { Variant } from "../dipFit/variant";
import { knownOf, watchCriterion } from "../dipFit/watchCriterion";
import { type NoisyPhoto, readNoisyCrop, toDataUri } from "../noisyCrop";
import { owning } from "../owning";
import { openPriorDenoiser } from "../priorDenoiser";
import { openCurves, openQuality } from "../readings";
import type { DipFitSpec } from "../spec";
import { dipFitSchema } from "./specs/dipFit";

/**
 * One DIP fit: the quality and the error of its averaged output, the reading of each criterion, and the image that each would
 * return, beside the oracle. It ends once every criterion has stopped and the quality has fallen for good.
 */
const runDipFit: TrialMethod<DipFitSpec> = (spec, context) =>
  owning(async (own) => {
    const { clean, noisy } = own(await readNoisyCrop({ ...spec, ...spec.degradation }));
    const assumed = spec.assumedSigma;
    const sigma = typeof assumed === "number" ? assumed * spec.degradation.sigma : estimateSigmaWavelet(noisy);
    const variant = await openVariant(spec, { noisy, sigma, clean, engine: context.engine, own });
    const quality = own(openQuality(clean, spec.perceptual));
    const { beside: checkpoint } = spec;
    const prior = checkpoint && ({ kind: "prior", checkpoint, selfEnsemble: true } as const);
    const beside = prior && own(openPriorDenoiser(prior, noisy.shape, context.engine, own)(noisy, sigma));
    const result = await followFit(variant, spec, { clean, noisy, quality, ...(beside && { beside }) }, context);
    result.metrics.assumedSigma = sigma;
    return result;
  });

async function followFit(
  { fit, criteria, watched: observed = {}, estimator, ...opened }: Variant,
  spec: DipFitSpec,
  { clean, noisy, quality, beside }: NoisyPhoto & { quality: ReturnType<typeof openQuality>; beside?: tf.Tensor4D },
  context: TrialContext,
): Promise<TrialResult> {
  const own = Object.entries(criteria).map(([name, rule]) => [name, watchCriterion(rule)] as const);
  const watched = [...own, ...Object.entries(observed)].map(([name, criterion]) => ({ name, criterion, seconds: 0 }));
  const { imageOf = (made: Float32Array) => made } = opened;
  const { curves, read } = openCurves();
  const asImage = (made: Float32Array) => tf.tensor4d(imageOf(made), clean.shape);
  const oracle = { psnr: Number.NEGATIVE_INFINITY, iteration: 0, made: new Float32Array() };
  const started = performance.now();
  let [last, aside] = [0, 0];
  const secondsSoFar = () => (performance.now() - started - aside) / 1000;
  for await (const seen of watch(fit, spec.iterations, context)) {
    opened.observe?.(seen);
    const known = knownOf(seen);
    const { iteration, loss, averagedOutput } = known;
    for (const one of watched) {
      if (one.criterion.stopped) continue;
      one.criterion.observe(known);
      one.seconds = secondsSoFar();
    }
    const paused = performance.now();
    last = iteration;
    const image = asImage(averagedOutput);
    const decibels = psnr(image, clean);
    if (decibels > oracle.psnr) Object.assign(oracle, { psnr: decibels, iteration, made: averagedOutput });
    if (iteration % spec.readEvery === 0) {
      read({ iteration, loss, psnr: decibels, ssim: ssim(image, clean), error: meanSquaredError(image, clean) });
      const readings = Object.fromEntries(watched.map(({ name, criterion }) => [name, criterion.reading]));
      read({ ...opened.notes?.(), ...readings });
    }
    image.dispose();
    aside += performance.now() - paused;
    const isPast = iteration >= 1.2 * oracle.iteration + 100;
    if (isPast && watched.every(({ criterion }) => criterion.stopped)) break;
  }
  const metrics: Record<string, number> = { psnrNoisy: psnr(noisy, clean), iterationsRun: last };
  Object.assign(metrics, { secondsPerIteration: secondsSoFar() / last, evaluations: opened.evaluations?.() ?? 0 });
  const images: Record<string, string> = {};
  const describe = async (name: string, made: Float32Array) => {
    const image = asImage(made);
    for (const [metric, value] of Object.entries(quality.of(image))) metrics[`${name}.${metric}`] = value;
    if (estimator) {
      const { risk, standardError } = estimator.estimate(made);
      Object.assign(metrics, { [`${name}.risk`]: risk, [`${name}.standardError`]: standardError });
    }
    metrics[`${name}.error`] = meanSquaredError(image, clean);
    if (beside) {
      const { weight, gain } = bestMixture(image, beside, clean);
      Object.assign(metrics, { [`${name}.besideWeight`]: weight, [`${name}.besideGain`]: gain });
    }
    if (spec.keepImages) images[name] = await toDataUri(image);
    image.dispose();
  };
  await describe("oracle", oracle.made);
  metrics["oracle.iteration"] = oracle.iteration;
  for (const { name, criterion, seconds } of watched) {
    await describe(name, criterion.image());
    const { iteration, detection, stopped } = criterion;
    Object.assign(metrics, { [`${name}.iteration`]: iteration, [`${name}.detection`]: detection });
    Object.assign(metrics, { [`${name}.stopped`]: Number(stopped), [`${name}.seconds`]: seconds });
  }
  return { curves, metrics, images };
}

defineMethod({ name: "dip-fit", revision: 1, schema: dipFitSchema, run: runDipFit });

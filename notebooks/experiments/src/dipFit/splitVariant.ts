import { openDiffusion, openExperts } from "ddpm-dip/ddpm";
import { fitDip, type Known, pairNetworks, type StoppingRule, stopAfterPatience } from "ddpm-dip/dip";
import {
  createPriorNetwork,
  estimateByPair,
  estimateBySplit,
  type GuidedFit,
  guideByOutput,
  guideByTarget,
  type NoiseCurriculum,
  openCurriculum,
  type RiskEstimate,
  type SplitEstimator,
  stopByRisk,
} from "ddpm-dip/fusion";
import { linearRate } from "ddpm-dip/nn";
import { openStream, type RandomStream, type tf } from "ddpm-dip/runtime";
import type { DipFitSpec } from "../spec";
import { addTerms, openTerms } from "./terms";
import { type FitOf, fitOptions, type Given, type Variant } from "./variant";

/**
 * DIP on one recorruption split, or on an antithetic pair of them, stopped by the risk estimate; with a noise curriculum, guided
 * by a trained denoiser, or with further terms in its loss, as the spec says.
 */
export async function openSplit(spec: DipFitSpec, fit: FitOf<"split">, given: Given): Promise<Variant> {
  const { noisy, sigma, engine, own } = given;
  const { a, pair, patience, window } = fit;
  const random = openStream(spec.seed, "split");
  const estimator = own((pair ? estimateByPair : estimateBySplit)(noisy, { sigma, a }, random));
  const create = () => createPriorNetwork(spec.network, noisy.shape[3], spec.seed);
  const network = own(pair ? pairNetworks(create(), create()) : create());
  const shape = estimator.target.shape;
  const levels = fit.curriculum && openLevels(fit.curriculum, shape, sigma, random);
  // Of the noise in the target.
  const deviation = sigma * Math.sqrt(1 + a ** 2);
  const terms = fit.terms && (await openTerms(fit.terms, estimator.target, deviation, spec, given));
  const guide = fit.guide && openGuide(fit.guide, estimator.target, deviation, random, given);
  const byRisk = stopByRisk(estimator, { patience, window });
  const criterion = levels ? stopWithCurriculum(levels, estimator, window, fit.curriculum?.every) : byRisk;
  let latest: RiskEstimate = { risk: Number.NaN, standardError: Number.NaN };
  return {
    fit: fitDip(network, estimator.target, {
      ...fitOptions(spec, engine),
      ...(fit.rate && { learningRate: rateOf(fit.rate, spec) }),
      ...addTerms(levels?.fit ?? guide?.fit ?? {}, terms),
    }),
    criteria: { risk: criterion },
    imageOf: estimator.imageOf,
    estimator,
    observe(seen) {
      guide?.observe(seen);
      if (seen.iteration % spec.readEvery !== 0) return;
      latest = estimator.estimate(seen.averagedOutput.dataSync() as Float32Array);
    },
    notes: () => ({ ...latest, ...(levels && { stage: levels.stage, level: levels.level }) }),
    evaluations: () => guide?.evaluations ?? 0,
  };
}

function rateOf({ first, last }: NonNullable<FitOf<"split">["rate"]>, { learningRate, iterations }: DipFitSpec) {
  return linearRate({ first: first * learningRate, last: last * learningRate, steps: iterations });
}

function openLevels(
  { levels, heaviest, every: _, ...options }: NonNullable<FitOf<"split">["curriculum"]>,
  shape: tf.Tensor4D["shape"],
  sigma: number,
  random: RandomStream,
): NoiseCurriculum {
  return openCurriculum(shape, { ...options, count: levels, heaviest: heaviest * sigma }, random);
}

/** The least windowed risk of all levels; over with the last level. @param every iterations of a level with noise, where they are fixed. */
function stopWithCurriculum(
  levels: NoiseCurriculum,
  estimator: SplitEstimator,
  window: number,
  every?: number,
): StoppingRule {
  const search = stopAfterPatience({ patience: Number.MAX_SAFE_INTEGER, window });
  return {
    watches: "averagedOutput",
    observe({ iteration, averagedOutput }: Known) {
      const { risk } = estimator.estimate(averagedOutput);
      search.observe(iteration, risk);
      if (every === undefined || levels.level === 0) levels.observe(iteration, risk);
      else if (iteration % every === 0) levels.advance(iteration);
      return { stop: levels.over, best: search.best, criterion: risk };
    },
  };
}

function openGuide(
  guide: NonNullable<FitOf<"split">["guide"]>,
  target: tf.Tensor4D,
  sigma: number,
  random: RandomStream,
  { engine, own }: Given,
): GuidedFit {
  const [, ...size] = target.shape;
  const denoiser = own(openExperts(openDiffusion(guide.checkpoint), size, { engine }));
  return own(
    guide.of === "target"
      ? guideByTarget(denoiser, target, sigma, guide.weight)
      : guideByOutput(denoiser, target.shape, guide, random),
  );
}

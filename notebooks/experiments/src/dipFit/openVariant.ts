import {
  fitDip,
  fitFedBack,
  type StoppingRule,
  stopAfter,
  stopAtDiscrepancy,
  stopAtWindowedVariance,
} from "ddpm-dip/dip";
import { createPriorNetwork, openCurriculum } from "ddpm-dip/fusion";
import { openStream, type tf } from "ddpm-dip/runtime";
import type { DipFitSpec } from "../spec";
import { openCriteria } from "./criteria";
import { openSplit } from "./splitVariant";
import { type FitOf, fitOptions, type Given, type Variant } from "./variant";

function plainCriteria(noisy: tf.Tensor4D, sigma: number): Record<string, StoppingRule> {
  return {
    last: stopAfter(),
    discrepancy: stopAtDiscrepancy(noisy.dataSync() as Float32Array, { sigma }),
    "es-wmv": stopAtWindowedVariance(),
  };
}

/** Langevin dynamics on the noisy image (Cheng et al. 2019). */
function openLangevin(spec: DipFitSpec, { weightNoise }: FitOf<"langevin">, given: Given): Variant {
  const { noisy, sigma, engine, own } = given;
  const network = own(createPriorNetwork(spec.network, noisy.shape[3], spec.seed));
  return {
    fit: fitDip(network, noisy, { ...fitOptions(spec, engine), weightNoise: { scale: weightNoise, seed: spec.seed } }),
    criteria: plainCriteria(noisy, sigma),
  };
}

/** A network that is fed its own output (Alkhouri et al. 2024; Luo et al. 2025). */
function openSequential(
  spec: DipFitSpec,
  { start, renewEvery, autoencoding, inputNoise }: FitOf<"sequential">,
  { noisy, sigma, engine, own }: Given,
): Variant {
  const channels = noisy.shape[3];
  const network = own(createPriorNetwork(spec.network, channels, spec.seed, channels));
  const { iterations, learningRate, seed } = spec;
  const last = Math.max(1, Math.floor(iterations / renewEvery) - 1);
  return {
    fit: fitFedBack(network, noisy, {
      ...{ start, renewEvery, autoencoding, iterations, learningRate, seed, engine },
      inputNoise: (renewal) => inputNoise * Math.max(0, 1 - renewal / last),
    }),
    criteria: plainCriteria(noisy, sigma),
  };
}

/** Levels of noise on the clean image, in turns of equal length, for there is nothing held out that could end them. */
function openCleanTargets(
  spec: DipFitSpec,
  { levels, heaviest }: FitOf<"clean-targets">,
  { clean, sigma, engine, own }: Given,
): Variant {
  const network = own(createPriorNetwork(spec.network, clean.shape[3], spec.seed));
  const turn = Math.floor(spec.iterations / levels);
  const supervision = openCurriculum(
    clean.shape,
    { count: levels, heaviest: heaviest * sigma, patience: 1, window: 1 },
    openStream(spec.seed, "split"),
  );
  return {
    fit: fitDip(network, clean, { ...fitOptions(spec, engine), ...supervision.fit }),
    criteria: { last: stopAfter() },
    observe({ iteration }) {
      if (iteration % turn === 0) supervision.advance(iteration);
    },
    notes: () => ({ stage: supervision.stage, level: supervision.level }),
  };
}

export async function openVariant(spec: DipFitSpec, given: Given): Promise<Variant> {
  const { fit } = spec;
  if (fit.kind === "criteria") return openCriteria(spec, fit, given);
  if (fit.kind === "split") return openSplit(spec, fit, given);
  if (fit.kind === "langevin") return openLangevin(spec, fit, given);
  return fit.kind === "sequential" ? openSequential(spec, fit, given) : openCleanTargets(spec, fit, given);
}

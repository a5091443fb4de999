import {
  averageRuns,
  type DipNetwork,
  type DipObservation,
  fitDip,
  fitFedBack,
  type StoppingRule,
  stopAfter,
  stopAtDiscrepancy,
  stopAtWindowedVariance,
} from "ddpm-dip/dip";
import { createPriorNetwork, superviseInStages } from "ddpm-dip/fusion";
import { type Engine, openStream, type tf } from "ddpm-dip/runtime";
import { type Arm, type ArmOf, type DenoiseSpec, fitOptions } from "./arm";

const still = { observe: () => undefined, notes: () => ({}), evaluations: () => 0 };

/** What stops a fit of the noisy image itself. */
function plainRules(noisy: tf.Tensor4D, sigma: number): Record<string, StoppingRule> {
  return {
    last: stopAfter(),
    discrepancy: stopAtDiscrepancy(noisy.dataSync() as Float32Array, { sigma }),
    "es-wmv": stopAtWindowedVariance(),
  };
}

/** Fits of the noisy image itself, one or the average of several. */
export function openPlain(
  spec: DenoiseSpec,
  { runs, weightNoise }: ArmOf<"plain">,
  noisy: tf.Tensor4D,
  sigma: number,
  engine: Engine,
): Arm {
  const networks: DipNetwork[] = [];
  const fits = Array.from({ length: runs }, (_, run) => {
    // Seeds of other trials are small: these are none of theirs.
    const shift = run * 1_000_003;
    const network = createPriorNetwork(spec.network, noisy.shape[3], spec.seeds.network + shift);
    networks.push(network);
    return fitDip(network, noisy, {
      ...fitOptions(spec, engine),
      seed: spec.seeds.input + shift,
      ...(weightNoise > 0 && { weightNoise: { scale: weightNoise, seed: spec.seeds.network } }),
    });
  });
  return {
    ...still,
    fit: runs === 1 ? (fits[0] as Iterable<DipObservation>) : averageRuns(fits),
    rules: plainRules(noisy, sigma),
    imageOf: (made) => made,
    dispose() {
      for (const network of networks) network.dispose();
    },
  };
}

/** A network that is fed its own output. */
export function openFedBack(
  spec: DenoiseSpec,
  { start, renewEvery, autoencoding, inputNoise }: ArmOf<"fed-back">,
  noisy: tf.Tensor4D,
  sigma: number,
  engine: Engine,
): Arm {
  const channels = noisy.shape[3];
  const network = createPriorNetwork(spec.network, channels, spec.seeds.network, channels);
  const { iterations, learningRate, seeds } = spec;
  const last = Math.max(1, Math.floor(iterations / renewEvery) - 1);
  return {
    ...still,
    fit: fitFedBack(network, noisy, {
      start,
      renewEvery,
      autoencoding,
      inputNoise: (renewal) => inputNoise * Math.max(0, 1 - renewal / last),
      iterations,
      learningRate,
      seed: seeds.input,
      engine,
    }),
    rules: plainRules(noisy, sigma),
    imageOf: (made) => made,
    dispose: network.dispose,
  };
}

/** Stages of noise on the clean image. They take turns of equal length, for there is nothing held out that could end them. */
export function openLeak(
  spec: DenoiseSpec,
  { count, heaviest }: ArmOf<"leak">,
  clean: tf.Tensor4D,
  sigma: number,
  engine: Engine,
): Arm {
  const network = createPriorNetwork(spec.network, clean.shape[3], spec.seeds.network);
  const turn = Math.floor(spec.iterations / count);
  const stages = superviseInStages(
    clean.shape,
    { count, heaviest: heaviest * sigma, patience: 1, window: 1 },
    openStream(spec.seeds.input, "split"),
  );
  return {
    ...still,
    fit: fitDip(network, clean, { ...fitOptions(spec, engine), ...stages.fit }),
    rules: { last: stopAfter() },
    imageOf: (made) => made,
    observe({ iteration }) {
      if (iteration % turn === 0) stages.advance(iteration);
    },
    notes: () => ({ stage: stages.stage, level: stages.level }),
    dispose: network.dispose,
  };
}

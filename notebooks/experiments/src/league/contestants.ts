import { estimateSigmaImmerkaer, estimateSigmaWavelet } from "ddpm-dip/data";
import {
  createSkipNetwork,
  type DipNetwork,
  type DipObservation,
  fitDip,
  fitSure,
  holdOutPixels,
  type PreparedTraining,
  type StoppingRule,
  stopAfter,
  stopAtDiscrepancy,
  stopAtMovingVariance,
  stopAtSelfReference,
  stopAtSubImageDistance,
  stopAtWindowedVariance,
  stopAtZeroCrossing,
  validateByPseudoNoise,
} from "ddpm-dip/dip";
import { stopBySplit } from "ddpm-dip/fusion";
import { type Engine, openStream, type tf } from "ddpm-dip/runtime";
import type { SpecOf } from "../spec";

/** The errors in the noise level that the rules are tried with, as factors. */
export const toldFactors = [0.7, 0.85, 1.15, 1.3] as const;

/** What a contest is opened by. */
export type ContestSpec = Pick<
  SpecOf<"league">,
  "iterations" | "learningRate" | "inputNoise" | "seeds" | "network" | "training"
>;

/** One training and the rules that watch it. */
export interface Contest {
  rules: Record<string, StoppingRule>;
  fit: Iterable<DipObservation>;
  /** What was estimated beforehand, by name. */
  estimates: Record<string, number>;
  dispose(): void;
}

/**
 * Opens the training that a spec names and the rules that go with it. They are given the noisy image and the noise level,
 * right or wrong as the spec says, and never the clean image.
 * @param sigma standard deviation of the noise as the rules are told it, image units.
 */
export function openContest(spec: ContestSpec, noisy: tf.Tensor4D, sigma: number, engine: Engine): Contest {
  const { iterations, learningRate, inputNoise } = spec;
  const seed = spec.seeds.input;
  const channels = noisy.shape[3];
  const common = { iterations, learningRate, seed, engine };
  const createNetwork = (inputChannels = 32): DipNetwork =>
    createSkipNetwork({ ...spec.network, inputChannels, outputChannels: channels }, spec.seeds.network);
  if (spec.training === "sure") {
    const network = createNetwork(channels);
    const rules = {
      sure: stopAtZeroCrossing({ judges: "output" }),
      "sure-averaged": stopAtZeroCrossing(),
    };
    return { rules, fit: fitSure(network, noisy, { ...common, sigma }), estimates: {}, dispose: network.dispose };
  }
  if (spec.training === "plain") {
    const estimates = { sigmaWavelet: estimateSigmaWavelet(noisy), sigmaImmerkaer: estimateSigmaImmerkaer(noisy) };
    const rules = openPlainRules(noisy, sigma, estimates);
    const network = createNetwork();
    return {
      rules,
      fit: fitDip(network, noisy, { ...common, inputNoise }),
      estimates,
      dispose: network.dispose,
    };
  }
  const prepared = prepareTraining(spec, noisy, sigma);
  const network = createNetwork();
  return {
    rules: { [spec.training]: prepared.rule },
    fit: fitDip(network, prepared.target, {
      ...common,
      inputNoise,
      ...(prepared.measure ? { measure: prepared.measure } : {}),
    }),
    estimates: {},
    dispose() {
      network.dispose();
      prepared.dispose();
    },
  };
}

/** The rules that leave training as it is. */
function openPlainRules(
  image: tf.Tensor4D,
  sigma: number,
  { sigmaWavelet, sigmaImmerkaer }: { sigmaWavelet: number; sigmaImmerkaer: number },
): Record<string, StoppingRule> {
  const noisy = image.dataSync() as Float32Array;
  const wrong = toldFactors.map((factor): [string, StoppingRule] => [
    `discrepancy-told-${factor}`,
    stopAtDiscrepancy(noisy, { sigma: sigma * factor }),
  ]);
  return {
    last: stopAfter(),
    "fixed-500": stopAfter(500),
    "fixed-1000": stopAfter(1000),
    "fixed-2000": stopAfter(2000),
    discrepancy: stopAtDiscrepancy(noisy, { sigma }),
    "discrepancy-wavelet": stopAtDiscrepancy(noisy, { sigma: sigmaWavelet }),
    "discrepancy-immerkaer": stopAtDiscrepancy(noisy, { sigma: sigmaImmerkaer }),
    ...Object.fromEntries(wrong),
    "es-wmv": stopAtWindowedVariance(),
    "es-wmv-averaged": stopAtWindowedVariance({ judges: "averagedOutput" }),
    "es-emv": stopAtMovingVariance(),
    "es-emv-averaged": stopAtMovingVariance({ judges: "averagedOutput" }),
    "sub-images": stopAtSubImageDistance(image.shape),
    "sub-images-averaged": stopAtSubImageDistance(image.shape, { judges: "averagedOutput" }),
    ...(image.shape[3] > 1
      ? { "self-reference-channels": stopAtSelfReference(noisy, image.shape, { from: "channels" }) }
      : {}),
    "self-reference-neighbours": stopAtSelfReference(noisy, image.shape, { from: "neighbours" }),
  };
}

function prepareTraining(spec: ContestSpec, noisy: tf.Tensor4D, sigma: number): PreparedTraining {
  const random = openStream(spec.seeds.input, "split");
  switch (spec.training) {
    case "held-out-2":
      return holdOutPixels(noisy, { share: 0.02 }, random);
    case "held-out-10":
      return holdOutPixels(noisy, { share: 0.1 }, random);
    case "pseudo-noise":
      return validateByPseudoNoise(noisy, { sigma }, random);
    case "split":
      return stopBySplit(noisy, { sigma }, random);
    default:
      throw new RangeError(`training: got "${spec.training}", which prepares nothing`);
  }
}

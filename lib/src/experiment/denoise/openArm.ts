import { coverAnySize, openDenoiser } from "../../ddpm";
import {
  averageRuns,
  type DipNetwork,
  type DipObservation,
  type FitDipOptions,
  fitDip,
  fitFedBack,
  type Known,
  pairNetworks,
  type StoppingRule,
  stopAfter,
  stopAfterPatience,
  stopAtDiscrepancy,
  stopAtWindowedVariance,
} from "../../dip";
import {
  type GuidedFit,
  guideByOutput,
  guideByTarget,
  judgeByPair,
  judgeBySplit,
  type RiskEstimate,
  type SplitJudge,
  type StagedSupervision,
  stopByRisk,
  superviseInStages,
} from "../../fusion";
import { type Engine, openStream, type tf } from "../../runtime";
import { openCheckpoint } from "../checkpoints";
import { createPriorNetwork } from "../priorNetwork";
import type { SpecOf } from "../spec";

type DenoiseSpec = SpecOf<"denoise">;
type ArmOf<Kind> = Extract<DenoiseSpec["arm"], { kind: Kind }>;

/** A way to denoise, opened on one noisy image: a fit, and the rules that watch it. */
export interface Arm {
  fit: Iterable<DipObservation>;
  /** The rules that say which image to return, by name. */
  rules: Record<string, StoppingRule>;
  /** The image that is returned, of those that the networks give. */
  imageOf(made: Float32Array): Float32Array;
  /** The judge of what is made, where there is one. */
  judge?: SplitJudge;
  /** Takes in what the fit shows, before the rules do. */
  observe(seen: DipObservation): void;
  /** What is drawn beside the rules' curves. */
  notes(): Record<string, number>;
  /** Evaluations of a DDPM so far. */
  evaluations(): number;
  dispose(): void;
}

/**
 * Opens the arm that a spec names. It is given the noisy image and the noise level, right or wrong as the spec says.
 * @param clean for the arm that leaks alone.
 */
export function openArm(
  spec: DenoiseSpec,
  noisy: tf.Tensor4D,
  sigma: number,
  { clean, engine }: { clean: tf.Tensor4D; engine: Engine },
): Arm {
  switch (spec.arm.kind) {
    case "split":
      return openSplit(spec, spec.arm, noisy, sigma, engine);
    case "plain":
      return openPlain(spec, spec.arm, noisy, sigma, engine);
    case "fed-back":
      return openFedBack(spec, spec.arm, noisy, sigma, engine);
    case "leak":
      return openLeak(spec, spec.arm, clean, sigma, engine);
  }
}

function fitOptions({ iterations, learningRate, inputNoise, seeds }: DenoiseSpec, engine: Engine): FitDipOptions {
  return { iterations, learningRate, inputNoise, seed: seeds.input, engine };
}

const still = { observe: () => undefined, notes: () => ({}), evaluations: () => 0 };

function openSplit(spec: DenoiseSpec, arm: ArmOf<"split">, noisy: tf.Tensor4D, sigma: number, engine: Engine): Arm {
  const { a, pair, patience, window } = arm;
  const random = openStream(spec.seeds.input, "split");
  const judge = (pair ? judgeByPair : judgeBySplit)(noisy, { sigma, a }, random);
  const create = () => createPriorNetwork(spec.network, noisy.shape[3], spec.seeds.network);
  const network = pair ? pairNetworks(create(), create()) : create();
  const shape = judge.target.shape;
  const stages = arm.stages && openStages(arm.stages, shape, sigma, random);
  const guide = arm.guide && openGuide(arm.guide, judge.target, sigma * Math.sqrt(1 + a ** 2), random, engine);
  const byRisk = stopByRisk(judge, { patience, window });
  const rule = stages ? stopWithStages(stages, judge, window) : byRisk;
  let latest: RiskEstimate = { risk: Number.NaN, standardError: Number.NaN };
  return {
    fit: fitDip(network, judge.target, {
      ...fitOptions(spec, engine),
      ...(stages?.fit ?? guide?.guided.fit),
    }),
    rules: { stopped: rule },
    imageOf: judge.imageOf,
    judge,
    observe(seen) {
      if (!guide && seen.iteration % spec.readEvery !== 0) return;
      latest = judge.estimate(seen.averagedOutput.dataSync() as Float32Array);
      guide?.guided.observe(seen, latest.risk);
    },
    notes: () => ({ ...latest, ...(stages && { stage: stages.stage, level: stages.level }) }),
    evaluations: () => guide?.guided.evaluations ?? 0,
    dispose() {
      network.dispose();
      guide?.dispose();
      judge.dispose();
    },
  };
}

function openStages(
  { heaviest, ...options }: NonNullable<ArmOf<"split">["stages"]>,
  shape: [number, number, number, number],
  sigma: number,
  random: ReturnType<typeof openStream>,
): StagedSupervision {
  return superviseInStages(shape, { ...options, heaviest: heaviest * sigma }, random);
}

/** The least windowed risk of all stages; over with the last stage. */
function stopWithStages(stages: StagedSupervision, judge: SplitJudge, window: number): StoppingRule {
  const search = stopAfterPatience({ patience: Number.MAX_SAFE_INTEGER, window });
  return {
    judges: "averagedOutput",
    memoryBytes: judge.heldOut.byteLength,
    observe({ iteration, averagedOutput }: Known) {
      const { risk } = judge.estimate(averagedOutput);
      search.observe(iteration, risk);
      stages.observe(iteration, risk);
      return { stop: stages.over, best: search.best, criterion: risk };
    },
  };
}

function openGuide(
  spec: NonNullable<ArmOf<"split">["guide"]>,
  target: tf.Tensor4D,
  sigma: number,
  random: ReturnType<typeof openStream>,
  engine: Engine,
): { guided: GuidedFit; dispose(): void } {
  const { network, schedule } = openCheckpoint(spec.checkpoint);
  const [, ...size] = target.shape;
  const denoiser = openDenoiser(coverAnySize(network), schedule, size, { engine });
  const guided =
    spec.of === "target"
      ? guideByTarget(denoiser, target, sigma, spec.weight)
      : guideByOutput(denoiser, target.shape, spec, random);
  return {
    guided,
    dispose() {
      guided.dispose();
      denoiser.dispose();
      network.dispose();
    },
  };
}

/** What stops a fit of the noisy image itself. */
function plainRules(noisy: tf.Tensor4D, sigma: number): Record<string, StoppingRule> {
  return {
    last: stopAfter(),
    discrepancy: stopAtDiscrepancy(noisy.dataSync() as Float32Array, { sigma }),
    "es-wmv": stopAtWindowedVariance(),
  };
}

function openPlain(
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

function openFedBack(
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

/** The stages take turns of equal length, for there is nothing held out that could end them. */
function openLeak(
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

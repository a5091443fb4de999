import { openDiffusion, openExperts } from "ddpm-dip/ddpm";
import { fitDip, type Known, pairNetworks, type StoppingRule, stopAfterPatience } from "ddpm-dip/dip";
import {
  createPriorNetwork,
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
} from "ddpm-dip/fusion";
import { linearRate } from "ddpm-dip/nn";
import { type Engine, openStream, type tf } from "ddpm-dip/runtime";
import { type Arm, type ArmOf, type DenoiseSpec, fitOptions } from "./arm";
import { addTerms, openTerms } from "./terms";

/**
 * DIP on one diffusion split, or twins on an antithetic pair, stopped by the estimated risk; in stages, guided by the DDPM,
 * or with further terms in its loss, as the spec says.
 */
export async function openSplit(
  spec: DenoiseSpec,
  arm: ArmOf<"split">,
  noisy: tf.Tensor4D,
  sigma: number,
  engine: Engine,
): Promise<Arm> {
  const { a, pair, patience, window } = arm;
  const random = openStream(spec.seeds.input, "split");
  const judge = (pair ? judgeByPair : judgeBySplit)(noisy, { sigma, a }, random);
  const create = () => createPriorNetwork(spec.network, noisy.shape[3], spec.seeds.network);
  const network = pair ? pairNetworks(create(), create()) : create();
  const shape = judge.target.shape;
  const stages = arm.stages && openStages(arm.stages, shape, sigma, random);
  const terms = arm.terms && (await openTerms(arm.terms, judge.target, sigma * Math.sqrt(1 + a ** 2), spec, engine));
  const guide = arm.guide && openGuide(arm.guide, judge.target, sigma * Math.sqrt(1 + a ** 2), random, engine);
  const byRisk = stopByRisk(judge, { patience, window });
  const rule = stages ? stopWithStages(stages, judge, window) : byRisk;
  let latest: RiskEstimate = { risk: Number.NaN, standardError: Number.NaN };
  return {
    fit: fitDip(network, judge.target, {
      ...fitOptions(spec, engine),
      ...(arm.rate && { learningRate: rateOf(arm.rate, spec) }),
      ...addTerms(stages?.fit ?? guide?.guided.fit ?? {}, terms),
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
      terms?.dispose();
      judge.dispose();
    },
  };
}

function rateOf({ first, last }: NonNullable<ArmOf<"split">["rate"]>, { learningRate, iterations }: DenoiseSpec) {
  return linearRate({ first: first * learningRate, last: last * learningRate, steps: iterations });
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
  const [, ...size] = target.shape;
  const denoiser = openExperts(openDiffusion(spec.checkpoint), size, { engine });
  const guided =
    spec.of === "target"
      ? guideByTarget(denoiser, target, sigma, spec.weight)
      : guideByOutput(denoiser, target.shape, spec, random);
  return {
    guided,
    dispose() {
      guided.dispose();
      denoiser.dispose();
    },
  };
}

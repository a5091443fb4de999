import { denoiseOnce, expertAt, matchLevel, openDiffusion, openExperts } from "ddpm-dip/ddpm";
import { stopAfterPatience } from "ddpm-dip/dip";
import { blend, type SplitJudge, weighByHeldOut } from "ddpm-dip/fusion";
import { psnr } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { type TrialContext, watch } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import { adaptOutputs } from "./adaptOutputs";

type Weighing = NonNullable<Extract<SpecOf<"denoise">["arm"], { kind: "split" }>["weigh"]>;

/** What DDPM makes of the target of a split, and what comes of weighing it with DIP's image. */
export interface Weighed {
  /** Images of the target's shape, by name. */
  made: Record<string, Float32Array>;
  curves: Record<string, number[]>;
  metrics: Record<string, number>;
}

/**
 * After DIP has stopped: the DDPM's guess from the same target, the DDPM adapted to it, and DIP's image weighed with them by
 * the judge's held-out image.
 * @param dip what DIP returned, of the target's shape.
 * @param sigma standard deviation of the target's noise, as the method is told it.
 * @param clean for the curve of the adaptation alone, which no rule sees.
 */
export async function weighWithDdpm(
  { checkpoint, adapt }: Weighing,
  dip: Float32Array,
  { judge, sigma, seed, clean }: { judge: SplitJudge; sigma: number; seed: number; clean: tf.Tensor4D },
  context: TrialContext,
): Promise<Weighed> {
  const [, ...size] = judge.target.shape;
  const denoiser = openExperts(openDiffusion(checkpoint), size, { engine: context.engine });
  const made: Record<string, Float32Array> = {};
  const metrics: Record<string, number> = {};
  let curves: Record<string, number[]> = {};
  try {
    const started = performance.now();
    const guess = denoiseOnce(denoiser, judge.target, sigma);
    made.ddpm = guess.dataSync() as Float32Array;
    guess.dispose();
    metrics["ddpm.seconds"] = (performance.now() - started) / 1000;
    if (adapt) {
      const adapted = await adaptTo(adapt, { checkpoint, judge, sigma, seed, clean }, context);
      made.adapted = adapted.image;
      curves = adapted.curves;
      Object.assign(metrics, adapted.metrics);
    }
    const blends: [string, string[]][] = [["weighed", ["ddpm"]]];
    if (adapt) blends.push(["weighed-adapted", ["adapted"]], ["weighed-all", ["ddpm", "adapted"]]);
    for (const [name, others] of blends) {
      const candidates = [dip, ...others.map((other) => made[other] as Float32Array)];
      const weights = weighByHeldOut(candidates, judge);
      metrics[`${name}.dipWeight`] = weights[0] as number;
      made[name] = blend(candidates, weights);
    }
    return { made, curves, metrics };
  } finally {
    denoiser.dispose();
  }
}

async function adaptTo(
  { iterations, learningRate, a, patience, window }: NonNullable<Weighing["adapt"]>,
  {
    checkpoint,
    judge,
    sigma,
    seed,
    clean,
  }: { checkpoint: Weighing["checkpoint"]; judge: SplitJudge; sigma: number; seed: number; clean: tf.Tensor4D },
  context: TrialContext,
): Promise<{ image: Float32Array; curves: Record<string, number[]>; metrics: Record<string, number> }> {
  const prior = openDiffusion(checkpoint);
  const { schedule } = prior;
  // The adaptation adds noise to the target.
  const expert = expertAt(prior, matchLevel(schedule, 4 * (1 + a ** 2) * sigma ** 2));
  const networks = Array.from({ length: judge.target.shape[0] }, () => expert.open());
  const search = stopAfterPatience({ patience, window });
  const curves = { adaptIteration: [] as number[], adaptRisk: [] as number[], adaptPsnr: [] as number[] };
  let [image, stopped, seconds, judging] = [new Float32Array(), 0, 0, 0];
  const started = performance.now();
  try {
    const fit = adaptOutputs(networks, schedule, judge.target, {
      sigma,
      a,
      iterations,
      learningRate,
      seed,
      engine: context.engine,
    });
    for await (const { iteration, averagedOutput } of watch(fit, iterations, context)) {
      const pixels = averagedOutput.dataSync() as Float32Array;
      const { risk } = judge.estimate(pixels);
      if (stopped === 0 && search.observe(iteration, risk)) {
        stopped = iteration;
        seconds = (performance.now() - started - judging) / 1000;
      }
      if (stopped === 0 && (search.best === iteration || search.best === 0)) image = Float32Array.from(pixels);
      const judged = performance.now();
      curves.adaptIteration.push(iteration);
      curves.adaptRisk.push(Number(risk.toPrecision(6)));
      curves.adaptPsnr.push(psnrOf(judge.imageOf(pixels), clean));
      judging += performance.now() - judged;
    }
    return {
      image,
      curves,
      metrics: {
        "adapted.iteration": search.best,
        "adapted.noticed": stopped || iterations,
        "adapted.seconds": seconds || (performance.now() - started - judging) / 1000,
        "adapted.oracle": Math.max(...curves.adaptPsnr),
        "adapted.last": curves.adaptPsnr.at(-1) as number,
      },
    };
  } finally {
    for (const network of networks) network.dispose();
  }
}

function psnrOf(pixels: Float32Array, clean: tf.Tensor4D): number {
  return tf.tidy(() => psnr(tf.tensor4d(pixels, clean.shape), clean));
}

import { readPhoto } from "ddpm-dip/data";
import type { JudgedImage } from "ddpm-dip/dip";
import { bandEnds, bandErrors, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialContext, type TrialMethod, type TrialResult, watch } from "ddpm-dip/trials";
import { openContest } from "../league/contestants";
import { type WatchedRule, watchRule } from "../league/watchRule";
import { makeNoisy, type NoisyPhoto, noiseLevel, toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";
import { leagueSchema } from "./specs/league";

/** The best image of a trajectory by the clean photo: an upper bound for every rule. */
interface Oracle {
  psnr: number;
  iteration: number;
  image: Float32Array;
}

const kinds: readonly JudgedImage[] = ["output", "averagedOutput"];

/**
 * One trajectory of the league: a training, all the rules that watch it, and beside them the oracle. Every rule keeps the
 * image of its choice at the time. A training that serves one rule ends once the rule has stopped and the quality has
 * fallen for good; the plain one runs to its last iteration.
 */
const runLeague: TrialMethod<SpecOf<"league">> = async (spec, context) => {
  const clean = await readPhoto(spec.photo, { size: spec.size });
  const noisy = makeNoisy(clean, spec);
  try {
    return await judgeContest(spec, context, { clean, noisy });
  } finally {
    tf.dispose([clean, noisy]);
  }
};

async function judgeContest(
  spec: SpecOf<"league">,
  context: TrialContext,
  { clean, noisy }: NoisyPhoto,
): Promise<TrialResult> {
  const contest = openContest(spec, noisy, noiseLevel(noisy, spec) * spec.toldSigma, context.engine);
  const watched = Object.entries(contest.rules).map(([name, rule]) => [name, watchRule(rule)] as const);
  // Rules that judge by nothing have no curve, and the discrepancy principle has one whatever it was told.
  const drawn = watched.filter(([name]) => !/^(last|fixed-|discrepancy-)/.test(name));
  const oracles: Partial<Record<JudgedImage, Oracle>> = {};
  const curves: Record<string, number[]> = {};
  const push = (name: string, value: number) => {
    const curve = curves[name] ?? [];
    curves[name] = curve;
    curve.push(Number(value.toPrecision(6)));
  };
  const reference = clean.dataSync() as Float32Array;
  const started = performance.now();
  let [last, judging] = [0, 0];
  try {
    for await (const { iteration, loss, output, averagedOutput } of watch(contest.fit, spec.iterations, context)) {
      const known = {
        iteration,
        loss,
        output: output.dataSync() as Float32Array,
        averagedOutput: averagedOutput.dataSync() as Float32Array,
      };
      for (const [, rule] of watched) rule.observe(known);
      const judged = performance.now();
      last = iteration;
      const quality = { output: 0, averagedOutput: 0 };
      for (const kind of kinds) {
        quality[kind] = clippedPsnr(known[kind], reference);
        if (quality[kind] > (oracles[kind]?.psnr ?? Number.NEGATIVE_INFINITY)) {
          oracles[kind] = { psnr: quality[kind], iteration, image: known[kind] };
        }
      }
      if (iteration % spec.readEvery === 0) {
        push("iteration", iteration);
        push("loss", loss);
        push("psnr", quality.output);
        push("psnrAveraged", quality.averagedOutput);
        push("ssimAveraged", ssim(averagedOutput, clean));
        if (spec.training === "plain") {
          bandErrors(output, clean).forEach((error, band) => {
            push(`bandError${band}`, error);
          });
        }
        for (const [name, rule] of drawn) push(`criterion.${name}`, rule.criterion);
      }
      judging += performance.now() - judged;
      const over = iteration >= 1.2 * (oracles.averagedOutput?.iteration ?? 0) + 100;
      if (spec.training !== "plain" && over && watched.every(([, rule]) => rule.stopped)) break;
    }
    const seconds = (performance.now() - started - judging) / 1000;
    const images: Record<string, string> = {};
    const metrics: Record<string, number> = {
      ...contest.estimates,
      sigma: noiseLevel(noisy, spec),
      psnrNoisy: psnr(noisy, clean),
      iterationsRun: last,
      secondsPerIteration: seconds / last,
      bands: bandEnds.length,
    };
    const toTensor = (pixels: Float32Array) => tf.tensor4d(pixels, clean.shape);
    const describe = async (name: string, pixels: Float32Array, keep: boolean) => {
      const image = toTensor(pixels);
      metrics[`${name}.psnr`] = psnr(image, clean);
      metrics[`${name}.ssim`] = ssim(image, clean);
      if (keep) images[name] = await toDataUri(image);
      image.dispose();
    };
    if (spec.keepImages && spec.training === "plain") {
      images.clean = await toDataUri(clean);
      images.noisy = await toDataUri(noisy);
    }
    for (const kind of kinds) {
      const oracle = oracles[kind] as Oracle;
      const name = kind === "output" ? "oracle-output" : "oracle";
      await describe(name, oracle.image, spec.keepImages && kind === "averagedOutput");
      metrics[`${name}.iteration`] = oracle.iteration;
    }
    for (const [name, rule] of watched) {
      await describe(name, rule.image(), spec.keepImages && !name.includes("told"));
      Object.assign(metrics, describeCosts(name, rule, last));
    }
    return { curves, images, metrics };
  } finally {
    contest.dispose();
  }
}

function describeCosts(name: string, rule: WatchedRule, last: number): Record<string, number> {
  return {
    [`${name}.iteration`]: rule.iteration,
    [`${name}.noticed`]: rule.noticed,
    [`${name}.stopped`]: rule.stopped ? 1 : 0,
    [`${name}.msPerIteration`]: rule.elapsedMs / Math.max(1, Math.min(last, rule.noticed)),
    [`${name}.memoryBytes`]: rule.rule.memoryBytes,
    [`${name}.onOutput`]: rule.rule.judges === "output" ? 1 : 0,
  };
}

function clippedPsnr(image: Float32Array, reference: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < image.length; i++) {
    sum += (Math.min(1, Math.max(0, image[i] as number)) - (reference[i] as number)) ** 2;
  }
  return -10 * Math.log10(sum / image.length);
}

/** The method "league", registered. */
export const leagueMethod = defineMethod({
  name: "league",
  revision: 1,
  schema: leagueSchema,
  run: runLeague,
});

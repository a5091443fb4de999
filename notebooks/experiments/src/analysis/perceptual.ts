import { mean } from "simple-statistics";
import type { DdpmRestoreSpec, TrialRecord, WarmStartSpec } from "../spec";
import { pairedGain } from "./budgets";
import { stepDown } from "./effects";
import { reverseRunsOf, titleOf } from "./reverseRuns";
import { groupBy, pivot, type Row, showRange } from "./tables";

/** An image by one way, by all that it is rated by. */
export interface Rated {
  task: string;
  image: string;
  seed: number;
  /** What the diffusion started from. */
  start: string;
  /** Draws that it is the mean of; 0 for the start as it is. */
  draws: number;
  /** dB. */
  psnr: number;
  ssim: number;
  /** Shift-tolerant LPIPS to the clean image. */
  perceptual: number;
}

/** @throws RangeError when there is no such rating. */
function ratingOf(values: Partial<Record<string, unknown>>, prefix = ""): Pick<Rated, "psnr" | "ssim" | "perceptual"> {
  const read = (name: string) => {
    const value = values[`${prefix}${name}`];
    if (typeof value === "number") return value;
    throw new RangeError(`trials: got one without "${prefix}${name}"`);
  };
  return { psnr: read("psnr"), ssim: read("ssim"), perceptual: read("perceptual") };
}

/**
 * What trials that measure a perceptual distance have made: of the DDPM alone, of each start, and of the diffusion from it.
 * @throws RangeError for a trial that does not measure it.
 */
export function rate(trials: readonly TrialRecord<WarmStartSpec | DdpmRestoreSpec>[]): Rated[] {
  return trials.flatMap(({ spec, metrics, ...record }): Rated[] => {
    const at = { task: titleOf(spec.task), image: spec.image.name, seed: spec.seeds.noise };
    if (spec.method === "ddpm-restore") {
      const draws = ("draws" in spec.restorer && spec.restorer.draws) || 1;
      return [{ ...at, start: "noise", draws, ...ratingOf(metrics, "restored.") }];
    }
    const start = spec.prior.kind === "dip" ? "DIP" : "least variation";
    const runs = reverseRunsOf([{ ...record, spec, metrics }]);
    const from = `prior${runs[0]?.duration}.`;
    return [
      { ...at, start, draws: 0, ...ratingOf(metrics, from) },
      ...runs.map((run) => ({ ...at, start, draws: run.drawn ?? 1, ...ratingOf(run) })),
    ];
  });
}

const wayOf = ({ start, draws }: Rated) => {
  if (draws === 0) return start;
  return `${start}, ${draws === 1 ? "one draw" : `mean of ${draws}`}`;
};

/**
 * A row a way, with means over tasks and images; of means of draws also what they add to the perceptual distance of one draw, with
 * the 95 % interval over images and a p-value that holds for all of them together.
 */
export function perceptualTable(rated: readonly Rated[]): Row[] {
  const byDistance = (own: readonly Rated[]) => own.map((one) => ({ ...one, psnr: one.perceptual }));
  const ways = [...groupBy(rated, wayOf)].map(([way, own]) => {
    const [{ start, draws }] = own as [Rated, ...Rated[]];
    const one = rated.filter((other) => other.start === start && other.draws === 1);
    return { way, own, added: draws > 1 ? pairedGain(byDistance(own), byDistance(one)) : undefined };
  });
  const family = ways.flatMap(({ added }) => (added ? [added.byImage] : []));
  const together = (family[0]?.length ?? 0) > 1 ? stepDown(family) : [];
  return ways.map(({ way, own, added }) => {
    const of = (name: "psnr" | "ssim" | "perceptual") => mean(own.map((one) => one[name]));
    const interval = added ? showRange(added, { digits: 4 }) : "–";
    const p = added ? (together[family.indexOf(added.byImage)] ?? "–") : "–";
    return {
      ...{ way, psnr: of("psnr"), ssim: of("ssim"), perceptual: of("perceptual") },
      ...{ added: added?.mean ?? "–", interval, p },
    };
  });
}

/** The mean perceptual distance, a row a task and a column a start, with the draws that are taken from it. */
export const perceptualByTask = (rated: readonly Rated[]): Row[] =>
  pivot(rated, {
    by: ({ task }) => ({ task }),
    into: ({ start, draws }) => (draws === 0 ? start : `${start} × ${draws}`),
    of: ({ perceptual }) => perceptual,
  });

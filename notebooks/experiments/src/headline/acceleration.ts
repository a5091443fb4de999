import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { mean, median } from "simple-statistics";
import type { SpecOf, TrialRecord } from "../spec";
import { bestWithin, coursesOf, descentsOf, nameRestoration, type Priced } from "../warmStart";
import { chosenEvaluations, isChosenStart, isGuided, same } from "./chosen";

type Task = SpecOf<"warm-start">["task"];

/** Most evaluations that still count as a short descent. */
const shortDescent = 20;

/** The DDPM alone on one image: DDNM from noise, from few to many evaluations. */
function aloneOn(alone: readonly TrialRecord[], cell: string): (Priced & { nfe: number })[] {
  return alone
    .filter(({ spec }) => {
      const own = spec as SpecOf<"ddpm-restore">;
      return own.restorer.kind === "ddnm" && nameRestoration(own) === cell;
    })
    .map(({ metrics }) => ({
      psnr: metrics["restored.psnr"] as number,
      seconds: metrics.seconds as number,
      nfe: metrics.evaluations as number,
    }))
    .sort((a, b) => a.nfe - b.nfe);
}

/** DIP's start against the DDPM alone with its most evaluations, on the images of one task. */
export interface TimeToQuality {
  pairs: number;
  /** Most evaluations of the DDPM alone, and its median seconds. */
  evaluations: number;
  seconds: number;
  /** Share of the pairs in which the start comes to the DDPM's quality at all, and in a third of its time. */
  reached: number;
  inThird: number;
  /** The same share for rivals with the same hindsight: the DDPM alone with fewer evaluations, and the best start without DIP. */
  inThirdAlone: number;
  inThirdControls: number;
  /** Quality of the longest fit that fits into the DDPM's time, over the DDPM, dB; undefined where none fits. */
  gain: Interval | undefined;
}

/**
 * When DIP with a short, guided descent is as good as the DDPM with its most evaluations, image by image.
 * @param warm trials of `planWarmStart`.
 * @param alone trials of `planDdpmRestore` and `planDdpmAlone`.
 * @param controls trials of `planWarmControls`, all of whose levels and numbers count.
 * @returns undefined when there is nothing to hold against each other on this task.
 */
export function timeToQuality(
  warm: readonly TrialRecord[],
  alone: readonly TrialRecord[],
  task: Task,
  controls: readonly TrialRecord[] = [],
): TimeToQuality | undefined {
  const rows = descentsOf(warm).filter((row) => same(row.task, task) && isChosenStart(row) && isGuided(row));
  const cells = [...new Set(rows.map(({ cell }) => cell))];
  const withoutDip = descentsOf(controls).filter((row) => same(row.task, task));
  const pairs = cells.flatMap((cell) => {
    const ddpmWays = aloneOn(alone, cell);
    const full = ddpmWays.at(-1);
    if (!full) return [];
    const ways = rows.filter((row) => row.cell === cell && row.nfe <= shortDescent);
    const firstOf = (some: readonly Priced[]) =>
      Math.min(...some.filter(({ psnr }) => psnr >= full.psnr).map(({ seconds }) => seconds));
    const reached = firstOf(ways);
    const within = ways
      .filter(({ seconds }) => seconds <= full.seconds)
      .sort((a, b) => b.duration - a.duration || b.nfe - a.nfe)[0];
    return [
      {
        full,
        reached,
        byDdpm: firstOf(ddpmWays),
        byControl: firstOf(withoutDip.filter((row) => row.cell === cell)),
        gain: within && within.psnr - full.psnr,
      },
    ];
  });
  const [first] = pairs;
  if (!first) return undefined;
  const gains = pairs.flatMap(({ gain }) => (gain === undefined ? [] : [gain]));
  const share = (hits: boolean[]) => mean(hits.map(Number));
  return {
    pairs: pairs.length,
    evaluations: first.full.nfe,
    seconds: median(pairs.map(({ full }) => full.seconds)),
    reached: share(pairs.map(({ reached }) => Number.isFinite(reached))),
    inThird: share(pairs.map(({ reached, full }) => reached <= full.seconds / 3)),
    inThirdAlone: share(pairs.map(({ byDdpm, full }) => byDdpm <= full.seconds / 3)),
    inThirdControls: share(pairs.map(({ byControl, full }) => byControl <= full.seconds / 3)),
    gain: gains.length > 0 ? bootstrapMean(gains) : undefined,
  };
}

/** The chosen way against the better of both alone at its own total time. */
export interface EqualTime {
  /** Iterations of DIP. */
  duration: number;
  pairs: number;
  /** Share of the pairs won. */
  wins: number;
  /** Over the better of DIP alone and the DDPM alone, each at its best in hindsight, dB. */
  ahead: Interval;
}

/**
 * Every duration of DIP in `warm`, on these tasks, at equal total time.
 * @param rivals the DDPM alone (`planDdpmRestore`, `planDdpmAlone`), and trials whose DIP counts as DIP alone beside that of
 * `warm`: of each image the better of both at the time counts.
 */
export function equalTime(
  warm: readonly TrialRecord[],
  rivals: { ddpm: readonly TrialRecord[]; dip: readonly TrialRecord[] },
  tasks: readonly Task[],
): EqualTime[] {
  const courses = coursesOf([...warm, ...rivals.dip]);
  const rows = descentsOf(warm).filter((row) => tasks.some((task) => same(row.task, task)));
  if (rows.length === 0) return [];
  const evaluations = chosenEvaluations(rows);
  const chosen = rows.filter((row) => isChosenStart(row) && isGuided(row) && row.asked === evaluations);
  const durations = [...new Set(chosen.map(({ duration }) => duration))].sort((a, b) => a - b);
  return durations.map((duration) => {
    const ahead = chosen
      .filter((row) => row.duration === duration)
      .map(({ cell, psnr, seconds }) => {
        const dip = bestWithin(courses.get(cell) ?? [], seconds);
        return psnr - Math.max(dip, bestWithin(aloneOn(rivals.ddpm, cell), seconds));
      });
    const wins = mean(ahead.map((value) => Number(value > 0)));
    return { duration, pairs: ahead.length, wins, ahead: bootstrapMean(ahead) };
  });
}

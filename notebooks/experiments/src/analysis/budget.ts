import { mean } from "simple-statistics";
import { tasksOf } from "./acceleration";
import type { Row } from "./frames";
import { showSigned } from "./gains";
import { groupBy } from "./groupBy";
import { pairedGain } from "./pairedGain";
import type { Restoration } from "./restorations";
import { showRange } from "./showRange";
import type { MethodGroup } from "./timeToQuality";

const isByRisk = (method: string) => method.startsWith("dip-start") && method !== "dip-start-at-level";

/** A level counts as a setting where it was given; where the estimated error asks for it, the rule is the setting. */
const settingOf = ({ method, dipInput, weighed, dipIterations, nfe, t0 }: Restoration) =>
  [method, dipInput, weighed, dipIterations, nfe, isByRisk(method) ? "by the risk" : t0].join("/");

/**
 * Of one task the restorations by that setting of a group which is best on the mean among those whose mean time is within the budget,
 * known in hindsight, alike for all groups; none where no setting is that quick.
 * @param seconds the budget, for all that a method needs.
 */
export function bestInTime(rows: readonly Restoration[], { isOwn }: MethodGroup, seconds: number): Restoration[] {
  const meanOf = (some: readonly Restoration[], name: "psnr" | "seconds") => mean(some.map((row) => row[name]));
  const settings = [...groupBy(rows.filter(isOwn), settingOf).values()].filter(
    (some) => meanOf(some, "seconds") <= seconds,
  );
  const byQuality = settings.sort((a, b) => meanOf(b, "psnr") - meanOf(a, "psnr"));
  return byQuality[0] ?? [];
}

/** A row a task and budget: each group's best setting in that time by the groups' titles, read by `read`; "–" where it has none. */
export function budgetTable(
  rows: readonly Restoration[],
  groups: readonly MethodGroup[],
  budgets: readonly number[],
  read: (best: readonly Restoration[]) => string | number = (best) => mean(best.map(({ psnr }) => psnr)),
): Row[] {
  return tasksOf(rows).flatMap((task) => {
    const own = rows.filter((row) => row.task === task);
    return budgets.map((seconds) => ({
      task,
      seconds,
      ...Object.fromEntries(
        groups.map((group) => {
          const best = bestInTime(own, group, seconds);
          return [group.title, best.length > 0 ? read(best) : "–"];
        }),
      ),
    }));
  });
}

/** Mean PSNR in dB and mean SSIM as text. */
export const showQuality = (best: readonly Restoration[]): string =>
  `${mean(best.map(({ psnr }) => psnr)).toFixed(2)} (${mean(best.map(({ ssim }) => ssim)).toFixed(3)})`;

/** A group of methods that is compared with another one. */
export interface Contrast {
  title: string;
  own: MethodGroup;
  other: MethodGroup;
}

/**
 * Groups against each other in the time of a budget, a row a task and contrast: the mean gain of the best setting of the one over that
 * of the other, dB, its 95 % interval over images, and the share of images won. None where either has nothing in that time.
 */
export function budgetGains(rows: readonly Restoration[], contrasts: readonly Contrast[], seconds: number): Row[] {
  return tasksOf(rows).flatMap((task) => {
    const there = rows.filter((row) => row.task === task);
    return contrasts.flatMap(({ title, own, other }): Row[] => {
      const [ours, theirs] = [bestInTime(there, own, seconds), bestInTime(there, other, seconds)];
      if (ours.length === 0 || theirs.length === 0) return [];
      const { mean: gain, low, high, wins } = pairedGain(ours, theirs);
      return [{ task, against: title, gain, low, high, wins }];
    });
  });
}

/** The rows of `budgetGains` as a matrix: a row a task, a column a contrast, "gain (interval)"; "–" where there is none. */
export function gainMatrix(table: readonly Row[]): Row[] {
  const contrasts = [...groupBy(table, ({ against }) => String(against)).keys()];
  return [...groupBy(table, ({ task }) => String(task))].map(([task, own]) => {
    const cells = contrasts.map((title) => {
      const row = own.find(({ against }) => against === title);
      const [gain, low, high] = [row?.gain, row?.low, row?.high].map(Number) as [number, number, number];
      return [title, row ? `${showSigned(gain)} (${showRange({ low, high })})` : "–"];
    });
    return { task, ...Object.fromEntries(cells) };
  });
}

import { mean } from "simple-statistics";
import { tasksOf } from "./acceleration";
import type { Row } from "./frames";
import { showSigned } from "./gains";
import { groupBy } from "./groupBy";
import { pairedGain } from "./pairedGain";
import type { Restoration } from "./restorations";
import { showRange } from "./showRange";
import type { MethodGroup } from "./timeToQuality";

/** A level counts as a setting where it was given; where the estimated error asks for it, the rule is the setting. */
const settingOf = ({ method, dipInput, weighed, dipIterations, nfe, t0 }: Restoration) =>
  [method, dipInput, weighed, dipIterations, nfe, dipIterations === 0 ? t0 : "by the risk"].join("/");

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

/** A row a task and budget: mean PSNR of each group's best setting in that time, dB, by the groups' titles; "–" where it has none. */
export function budgetTable(
  rows: readonly Restoration[],
  groups: readonly MethodGroup[],
  budgets: readonly number[],
): Row[] {
  return tasksOf(rows).flatMap((task) => {
    const own = rows.filter((row) => row.task === task);
    return budgets.map((seconds) => ({
      task,
      seconds,
      ...Object.fromEntries(
        groups.map((group) => {
          const best = bestInTime(own, group, seconds);
          return [group.title, best.length > 0 ? mean(best.map(({ psnr }) => psnr)) : "–"];
        }),
      ),
    }));
  });
}

/**
 * The same as paired differences: a row a task and group of others, with the mean gain of a group over those in the time of each budget,
 * dB, its 95 % interval over images and the share of images won (columns `gain5`, `interval5`, `wins5` for five seconds). Columns are
 * "–" where either has nothing in that time.
 */
export function budgetGains(
  rows: readonly Restoration[],
  group: MethodGroup,
  { others, budgets }: { others: readonly MethodGroup[]; budgets: readonly number[] },
): Row[] {
  return tasksOf(rows).flatMap((task) => {
    const there = rows.filter((row) => row.task === task);
    return others.map((other): Row => {
      const columns = budgets.flatMap((seconds) => {
        const [own, rest] = [bestInTime(there, group, seconds), bestInTime(there, other, seconds)];
        const gain = own.length > 0 && rest.length > 0 ? pairedGain(own, rest) : undefined;
        return [
          [`gain${seconds}`, gain?.mean ?? "–"],
          [`interval${seconds}`, gain ? showRange(gain) : "–"],
          [`wins${seconds}`, gain?.wins ?? "–"],
        ];
      });
      return { task, against: other.title, ...Object.fromEntries(columns) };
    });
  });
}

/** The rows of `budgetGains` with gain and interval in one cell a budget, under "2 s". */
export function showBudgetGains(table: readonly Row[]): Row[] {
  return table.map(({ task, against, ...columns }) => {
    const budgets = Object.keys(columns).filter((name) => name.startsWith("gain"));
    const cells = budgets.map((name) => {
      const [gain, interval] = [columns[name], columns[name.replace("gain", "interval")]];
      const shown = typeof gain === "number" ? `${showSigned(gain)} (${interval})` : "–";
      return [`${name.replace("gain", "")} s`, shown];
    });
    return { task: String(task), against: String(against), ...Object.fromEntries(cells) };
  });
}

import { mean } from "simple-statistics";
import type { Line } from "../charts";
import { warmDurations } from "../plans/warmStart";
import { usualDurations } from "../plans/warmTrial";
import type { Row } from "./frames";
import { distinctNumbers, groupBy } from "./groupBy";
import { bestSettings, overImages } from "./pairedGain";
import type { Restoration } from "./restorations";

/** Restorations by one method at one setting, or at its best one, as a row of a table. */
export interface Choice {
  title: string;
  method: string;
  dipIterations?: number;
  nfe?: number;
}

/** The restorations of a choice; of a control those at its best level and number on each task's mean, in hindsight. */
export function choose(rows: readonly Restoration[], { method, dipIterations, nfe }: Choice): Restoration[] {
  const own = rows.filter(
    (row) =>
      row.method === method &&
      (dipIterations === undefined || row.dipIterations === dipIterations) &&
      (nfe === undefined || row.nfe === nfe),
  );
  return method.startsWith("start-") ? bestSettings(own) : own;
}

/** The tasks of restorations, in their order. */
export function tasksOf(rows: readonly Restoration[]): string[] {
  return [...groupBy(rows, ({ task }) => task).keys()];
}

/** Iterations of DIP after which the reverse diffusion is started, rising. */
export function durationsOf(rows: readonly Restoration[]): number[] {
  return distinctNumbers(rows.flatMap((row) => (row.method === "dip-start" ? [row.dipIterations] : [])));
}

/** Most evaluations that a method has: what it has when it has all. */
export function mostEvaluations(rows: readonly Restoration[], method: string): number {
  return Math.max(...rows.filter((row) => row.method === method).map(({ nfe }) => nfe));
}

const psnrOf = ({ psnr }: Restoration) => psnr;
const secondsOf = ({ seconds }: Restoration) => seconds;

/** A row a choice: mean PSNR of each task (column by the task's title), and SSIM and seconds as means over the tasks that it has. */
export function qualityTable(rows: readonly Restoration[], choices: readonly Choice[]): Row[] {
  const tasks = tasksOf(rows);
  return choices.flatMap((choice) => {
    const own = groupBy(choose(rows, choice), ({ task }) => task);
    if (own.size === 0) return [];
    const overTasks = (read: (row: Restoration) => number) =>
      mean([...own.values()].map((some) => mean(some.map(read))));
    const byTask = tasks.map((task) => [task, own.has(task) ? mean((own.get(task) ?? []).map(psnrOf)) : "–"]);
    return [
      {
        method: choice.title,
        ...Object.fromEntries(byTask),
        ssim: overTasks(({ ssim }) => ssim),
        seconds: overTasks(secondsOf),
      },
    ];
  });
}

/** Iterations of DIP alone that are exported; its curves have more. */
const exported = new Set([...usualDurations, ...warmDurations]);

/** The exported table: a row a task, method, duration and number of evaluations, with means over images and intervals of the PSNR. */
export function accelerationTable(rows: readonly Restoration[]): Row[] {
  const isControl = ({ method }: Restoration) => method.startsWith("start-");
  const byNumber = groupBy(rows.filter(isControl), ({ method, nfe }) => `${method}/${nfe}`);
  const controls = [...byNumber.values()].flatMap(bestSettings);
  const others = rows.filter(
    (row) => !isControl(row) && (row.dipIterations === 0 || row.nfe > 0 || exported.has(row.dipIterations)),
  );
  const settings = groupBy([...others, ...controls], ({ task, method, dipIterations, nfe }) =>
    [task, method, dipIterations, nfe].join("/"),
  );
  return [...settings.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const { task, method, dipIterations, nfe } = first;
    const { mean: psnrMean, low: psnrLow, high: psnrHigh } = overImages(own, psnrOf);
    const of = (name: "ssim" | "t0" | "secondsDip" | "secondsSampler" | "seconds") => mean(own.map((row) => row[name]));
    const t0 = method === "ddpm" ? "from noise" : Number.isNaN(first.t0) ? "" : of("t0");
    const images = groupBy(own, ({ image }) => image).size;
    return [
      {
        ...{ task, method, dipIterations, t0, nfe, images, psnrMean, psnrLow, psnrHigh, ssimMean: of("ssim") },
        ...{ secondsDip: of("secondsDip"), secondsSampler: of("secondsSampler"), secondsTotal: of("seconds") },
      },
    ];
  });
}

/** How a line of quality against seconds is drawn, and what tells its points apart. */
export interface LineStyle extends Pick<Line, "name" | "colour" | "dash" | "symbol" | "points"> {
  isPoint: (row: Restoration) => boolean;
}

/**
 * Mean PSNR against mean seconds, a panel a task: a line a style, its points by iterations of DIP and evaluations, those of controls
 * each at the best level in hindsight. @param options.leastSeconds what takes less is drawn there.
 */
export function qualityLines(
  rows: readonly Restoration[],
  styles: readonly LineStyle[],
  { leastSeconds = 0 }: { leastSeconds?: number } = {},
): Line[] {
  return tasksOf(rows).flatMap((task, panel) =>
    styles.flatMap(({ isPoint, ...style }) => {
      const own = rows.filter((row) => row.task === task && isPoint(row));
      if (own.length === 0) return [];
      const points = distinctNumbers(own.map(({ dipIterations }) => dipIterations)).flatMap((duration) => {
        const fit = own.filter(({ dipIterations }) => dipIterations === duration);
        return distinctNumbers(fit.map(({ nfe }) => nfe)).map((nfe) => {
          const at = fit.filter((row) => row.nfe === nfe);
          const some = duration === 0 && nfe > 0 ? bestSettings(at) : at;
          return { x: Math.max(leastSeconds, mean(some.map(secondsOf))), y: mean(some.map(psnrOf)) };
        });
      });
      return [{ ...style, x: points.map(({ x }) => x), y: points.map(({ y }) => y), panel, hidden: panel > 0 }];
    }),
  );
}

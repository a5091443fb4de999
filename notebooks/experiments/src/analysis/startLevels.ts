import { mean } from "simple-statistics";
import { chosenWarmStart } from "../plans/warmStart";
import type { DescentResult } from "../warmStart";
import type { Row } from "./frames";
import { distinctNumbers, groupBy } from "./groupBy";
import { kappaOf, onTask, type StartTrial, tasksOfTrials } from "./startTrials";

const psnrOf = ({ psnr }: DescentResult) => psnr;
const levelOf = ({ start }: DescentResult) => (start.by === "level" ? start.t : undefined);

/** Quality over DIP's iterations and the level of the start. */
export interface LevelSurface {
  task: string;
  iterations: number[];
  levels: number[];
  /** Mean PSNR, dB, a row a level. */
  psnr: number[][];
  /** By iterations the mean level (geometric) that covers the estimated error. */
  chosen: number[];
}

/** Every duration with every level on one task. @param nfe evaluations. @returns undefined when the task has no trial. */
export function levelSurface(trials: readonly StartTrial[], task: string, nfe: number): LevelSurface | undefined {
  const rows = onTask(trials, task).filter(({ asked }) => asked === nfe);
  if (rows.length === 0) return undefined;
  const iterations = distinctNumbers(rows.map(({ duration }) => duration));
  const levels = distinctNumbers(rows.flatMap((row) => levelOf(row) ?? []));
  const at = (duration: number, isOwn: (row: DescentResult) => boolean) =>
    rows.filter((row) => row.duration === duration && isOwn(row));
  const quality = (level: number) =>
    iterations.map((duration) => mean(at(duration, (row) => levelOf(row) === level).map(psnrOf)));
  const chosen = iterations.map((duration) => {
    const own = at(duration, (row) => kappaOf(row) === chosenWarmStart.kappa);
    return Math.exp(mean(own.map(({ t0 }) => Math.log(t0))));
  });
  return { task, iterations, levels, psnr: levels.map(quality), chosen };
}

/**
 * What each way to choose the level loses against the best level of each run in hindsight: a row a task, with the mean loss in dB for
 * each factor kappa of the estimated error, and for each fixed level. @param nfe evaluations.
 */
export function startRuleTable(trials: readonly StartTrial[], nfe: number): Row[] {
  return tasksOfTrials(trials).map((task) => {
    const runs = groupBy(
      onTask(trials, task).filter(({ asked }) => asked === nfe),
      ({ cell, duration }) => `${cell}/${duration}`,
    );
    const losses = [...runs.values()].flatMap((own) => {
      const best = Math.max(...own.map(psnrOf));
      return own.map((row) => ({ row, loss: best - row.psnr }));
    });
    const column = (prefix: string, read: (row: DescentResult) => number | undefined) =>
      distinctNumbers(losses.flatMap(({ row }) => read(row) ?? [])).map((value) => {
        const own = losses.filter(({ row }) => read(row) === value);
        return [`${prefix} ${value}`, mean(own.map(({ loss }) => loss))] as const;
      });
    return { task, ...Object.fromEntries([...column("κ", kappaOf), ...column("t", levelOf)]) };
  });
}

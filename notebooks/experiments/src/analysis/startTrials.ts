import canonicalize from "canonicalize";
import { warmTasks } from "../plans/warmTrial";
import type { SpecOf, TrialRecord } from "../spec";
import { type DescentResult, descentsOf } from "../warmStart";
import type { Row } from "./frames";
import { titleOf } from "./restorations";

export type StartTrial = TrialRecord<SpecOf<"warm-start">>;

/** Whether two parts of specs say the same. */
export const same = (one: unknown, other: unknown): boolean => canonicalize(one) === canonicalize(other);

/** The factor of the estimated error that a start's level covers; undefined for a fixed level. */
export const kappaOf = ({ start }: DescentResult): number | undefined =>
  start.by === "risk" ? start.kappa : undefined;

/** A task's title in few letters, for the head of a column. */
export function shortTitle(title: string): string {
  const shorter = [
    ["super-resolution", "SR"],
    ["half of the pixels", "half"],
    [" of the pixels", ""],
    ["denoising, ", ""],
    ["large ", ""],
    ["sigma", "σ"],
  ] as const;
  return shorter.reduce((text, [long, short]) => text.replace(long, short), title);
}

/** The titles of the tasks that trials are on, in the order of `warmTasks`. */
export function tasksOfTrials(trials: readonly StartTrial[]): string[] {
  const there = new Set(trials.map(({ spec }) => titleOf(spec.task)));
  return warmTasks.flatMap(({ title }) => (there.has(title) ? [title] : []));
}

/** What was restored on one task. */
export const onTask = (trials: readonly StartTrial[], title: string): DescentResult[] =>
  descentsOf(trials.filter(({ spec }) => titleOf(spec.task) === title));

/** Rows with their columns of tasks under short titles. */
export function shortHeads(rows: readonly Row[]): Row[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [shortTitle(name), cell])));
}

/** The same number of digits for every column that holds a number. */
export function digitsOf(rows: readonly Row[], digits: number): Record<string, number> {
  const numbers = rows.flatMap((row) => Object.entries(row).filter(([, cell]) => typeof cell === "number"));
  return Object.fromEntries(numbers.map(([name]) => [name, digits]));
}

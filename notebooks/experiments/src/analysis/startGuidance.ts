import canonicalize from "canonicalize";
import { mean } from "simple-statistics";
import { warmGuidances } from "../plans/warmTuning";
import { type DescentResult, descentsOf } from "../warmStart";
import { mostEvaluations } from "./acceleration";
import type { Row } from "./frames";
import { distinctNumbers, groupBy } from "./groupBy";
import { pairedGain } from "./pairedGain";
import type { Restoration } from "./restorations";
import { showRange } from "./showRange";
import { type StartTrial, same } from "./startTrials";

/**
 * What DIP in the noise estimate changes against the same start without it: a row a weight, with the mean difference in dB by start
 * (the chosen rule, a fixed level) and iterations, and the worst mean of a task, start and duration.
 */
export function guidanceTable(trials: readonly StartTrial[], durations: readonly number[]): Row[] {
  const rows = descentsOf(trials);
  const nameOf = ({ cell, duration, asked, start }: DescentResult) => canonicalize([cell, duration, asked, start]);
  const plain = new Map(rows.flatMap((row) => (row.guidance.kind === "none" ? [[nameOf(row), row.psnr]] : [])));
  const startOf = ({ start }: DescentResult) => (start.by === "risk" ? `κ ${start.kappa}` : `t ${start.t}`);
  return warmGuidances.flatMap(({ title, guidance }) => {
    const gains = rows.flatMap((row) => {
      const without = plain.get(nameOf(row));
      const isOwn = guidance.kind !== "none" && same(row.guidance, guidance) && without !== undefined;
      return isOwn ? [{ row, gain: row.psnr - without }] : [];
    });
    if (gains.length === 0) return [];
    const meanOf = (some: typeof gains) => mean(some.map(({ gain }) => gain));
    const columns = [...groupBy(gains, ({ row }) => startOf(row))].flatMap(([start, own]) =>
      durations.flatMap((duration) => {
        const at = own.filter(({ row }) => row.duration === duration);
        return at.length > 0 ? [[`${start}, ${duration}`, meanOf(at)]] : [];
      }),
    );
    const groups = groupBy(gains, ({ row }) => canonicalize([row.task, row.start.by, row.duration]));
    return [{ weights: title, ...Object.fromEntries(columns), worst: Math.min(...[...groups.values()].map(meanOf)) }];
  });
}

/**
 * The same on the test photos, with the chosen fit and weights: a row an iterations of DIP, with the mean gain in dB over images and
 * its 95 % interval, the share of pairs that gain, and the gain of each task's own.
 */
export function guidanceGains(rows: readonly Restoration[]): Row[] {
  const nfe = mostEvaluations(rows, "dip-start-other-weight");
  const at = rows.filter((row) => row.nfe === nfe);
  const own = at.filter(({ method }) => method === "dip-start" || method === "dip-start-other-weight");
  const weighed = own.filter((row) => row.weighed);
  const without = own.filter((row) => !row.weighed);
  return distinctNumbers(weighed.map(({ dipIterations }) => dipIterations)).map((dipIterations) => {
    const isOwn = (row: Restoration) => row.dipIterations === dipIterations;
    const [withWeight, others] = [weighed.filter(isOwn), without.filter(isOwn)];
    const gain = pairedGain(withWeight, others);
    const byTask = [...groupBy(withWeight, ({ task }) => task)].map(([task, some]) => [
      task,
      pairedGain(some, others).mean,
    ]);
    return {
      dipIterations,
      gain: gain.mean,
      interval: showRange(gain),
      wins: gain.wins,
      ...Object.fromEntries(byTask),
    };
  });
}

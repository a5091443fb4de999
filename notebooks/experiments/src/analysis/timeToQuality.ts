import { mean, median } from "simple-statistics";
import { mostEvaluations, tasksOf } from "./acceleration";
import type { Row } from "./frames";
import { groupBy } from "./groupBy";
import { overImages, placeOf } from "./pairedGain";
import type { Restoration } from "./restorations";

/** A method, or a group of them, as a table names it: with the settings of which the best one counts, image by image. */
export interface MethodGroup {
  title: string;
  isOwn: (row: Restoration) => boolean;
}

/** The methods of a restored image, or of a start, without DIP and without a trained network. */
export const isControl = ({ method }: Restoration): boolean => /^(start|only)-/.test(method);

/** DIP alone, fitted in any of the ways. */
export const isDipAlone = ({ method }: Restoration): boolean => ["dip", "dip-other-input"].includes(method);

/**
 * When each method first has the quality that the DDPM alone has with its most evaluations, image by image and seed by seed, its
 * setting known in hindsight: a row a task and method, with the median seconds and evaluations (of the pairs that reach it; "–" where
 * fewer than half do), the shares of pairs that reach it at all and in a third of the DDPM's time, and the difference of the best
 * within that third to the DDPM, dB, mean over images ("–" where a pair has nothing in that time).
 */
export function timeToQuality(rows: readonly Restoration[], groups: readonly MethodGroup[]): Row[] {
  const most = mostEvaluations(rows, "ddpm");
  return tasksOf(rows).flatMap((task) => {
    const places = [
      ...groupBy(
        rows.filter((row) => row.task === task),
        placeOf,
      ).values(),
    ].flatMap((there) => {
      const target = there.find(({ method, nfe }) => method === "ddpm" && nfe === most);
      return target ? [{ target, there }] : [];
    });
    if (places.length === 0) return [];
    return groups.flatMap(({ title, isOwn }) => {
      const results = places.map(({ target, there }) => {
        const own = there.filter(isOwn);
        const reached = own.filter(({ psnr }) => psnr >= target.psnr).sort((a, b) => a.seconds - b.seconds);
        const third = own.filter(({ seconds }) => seconds <= target.seconds / 3);
        const gain = Math.max(...third.map(({ psnr }) => psnr)) - target.psnr;
        return { image: target.image, any: own.length > 0, first: reached[0], third: target.seconds / 3, gain };
      });
      if (!results.some(({ any }) => any)) return [];
      const firsts = results.flatMap(({ first }) => (first ? [first] : []));
      const inHalf = 2 * firsts.length >= results.length;
      const seconds = median(results.map(({ first }) => first?.seconds ?? Number.POSITIVE_INFINITY));
      return [
        {
          ...{ task, method: title, pairs: results.length, seconds: inHalf ? seconds : "–" },
          nfe: inHalf ? median(firsts.map(({ nfe }) => nfe)) : "–",
          ...{ reached: firsts.length / results.length },
          third: mean(results.map(({ first, third }) => Number(first !== undefined && first.seconds <= third))),
          gain: results.every(({ gain }) => Number.isFinite(gain)) ? overImages(results, ({ gain }) => gain).mean : "–",
        },
      ];
    });
  });
}

/** The same as a matrix: a row a method, a column a task, "median seconds, evaluations (share in a third of the time)". */
export function timeMatrix(table: readonly Row[]): Row[] {
  const tasks = [...groupBy(table, ({ task }) => String(task)).keys()];
  return [...groupBy(table, ({ method }) => String(method))].map(([method, own]) => {
    const cells = tasks.map((task) => {
      const row = own.find((one) => one.task === task);
      if (!row) return [task, "–"];
      const { seconds, nfe, third } = row;
      const share = `${(100 * Number(third)).toFixed(0)} %`;
      if (typeof seconds !== "number") return [task, `– (${share})`];
      const shown = seconds < 0.01 ? "< 0.01" : seconds.toFixed(seconds < 1 ? 2 : 1);
      return [task, `${shown} s, ${Number(nfe).toFixed(0)} (${share})`];
    });
    return { method, ...Object.fromEntries(cells) };
  });
}

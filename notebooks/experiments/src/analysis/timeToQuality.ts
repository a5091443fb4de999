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
export const isDipAlone = ({ method }: Restoration): boolean =>
  ["dip", "dip-other-input", "dip-usual"].includes(method);

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

/**
 * The chosen method with its most evaluations against the best of others by the same total time, image by image and seed by seed,
 * their setting known in hindsight: a row a task and group of others (and one over `pooled` tasks), with the mean gain over images in
 * dB and the share of pairs won by DIP's iterations (columns `gain25`, `wins25`).
 */
export function equalTime(
  rows: readonly Restoration[],
  against: readonly MethodGroup[],
  pooled: readonly string[],
): Row[] {
  const nfe = mostEvaluations(rows, "dip-start");
  const results = [...groupBy(rows, placeOf).values()].flatMap((there) =>
    there
      .filter((row) => row.method === "dip-start" && row.nfe === nfe)
      .flatMap((own) =>
        against.map(({ title, isOwn }) => {
          const inTime = there.filter((row) => isOwn(row) && row.seconds <= own.seconds);
          const gain = own.psnr - Math.max(...inTime.map(({ psnr }) => psnr));
          return { task: own.task, image: own.image, title, duration: own.dipIterations, gain };
        }),
      ),
  );
  const rowOf = (task: string, title: string, some: typeof results) => {
    const byDuration = [...groupBy(some, ({ duration }) => duration)].sort(([a], [b]) => a - b);
    const columns = byDuration.flatMap(([duration, own]) => [
      [`gain${duration}`, overImages(own, ({ gain }) => gain).mean],
      [`wins${duration}`, mean(own.map(({ gain }) => Number(gain > 0)))],
    ]);
    return { task, against: title, ...Object.fromEntries(columns) };
  };
  const isPooled = ({ task }: { task: string }) => pooled.includes(task);
  const groups = [...tasksOf(rows).map((task) => [task, results.filter((one) => one.task === task)] as const)];
  const all = [...groups, [`mean of ${pooled.length}`, results.filter(isPooled)] as const];
  return all.flatMap(([task, own]) =>
    against.map(({ title }) =>
      rowOf(
        task,
        title,
        own.filter((one) => one.title === title),
      ),
    ),
  );
}

/** The rows of `equalTime` with gain and share of wins in one cell a duration. */
export function showEqualTime(table: readonly Row[]): Row[] {
  return table.map(({ task, against, ...columns }) => {
    const durations = Object.keys(columns).filter((name) => name.startsWith("gain"));
    const cells = durations.map((name) => {
      const [gain, wins] = [Number(columns[name]), Number(columns[name.replace("gain", "wins")])];
      const sign = gain < 0 ? "−" : "+";
      return [name.replace("gain", "DIP "), `${sign}${Math.abs(gain).toFixed(2)} (${(100 * wins).toFixed(0)} %)`];
    });
    return { task: String(task), against: String(against), ...Object.fromEntries(cells) };
  });
}

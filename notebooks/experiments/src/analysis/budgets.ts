import { colours } from "ddpm-dip/figure";
import { settingsOf } from "ddpm-dip/fusion";
import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { mean, median } from "simple-statistics";
import type { Line } from "../charts";
import type { SpecOf, TrialRecord } from "../spec";
import { stepDown } from "./effects";
import type { Row } from "./frames";
import type { MethodGroup } from "./methodGroups";
import type { Restoration } from "./restorations";
import { titleOf } from "./reverseRuns";
import { bestOf, distinctNumbers, groupBy, meanPsnr, meansByImage, showRange, showSigned } from "./tables";

type Rows = readonly Restoration[];

const psnrOf = ({ psnr }: Restoration) => psnr;
const secondsOf = ({ seconds }: Restoration) => seconds;
const taskOf = ({ task }: { task: string }) => task;

/** What restorations are compared by: those of one task, image and seed. */
type Compared = Pick<Restoration, "task" | "image" | "seed" | "psnr">;
const placeOf = ({ task, image, seed }: Compared): string => `${task}/${image}/${seed}`;

/** The tasks of restorations, in their order. */
export const tasksOf = (rows: Rows): string[] => [...new Set(rows.map(taskOf))];

/** Iterations of DIP after which the reverse diffusion is started, rising. */
export const durationsOf = (rows: Rows): number[] =>
  distinctNumbers(rows.flatMap((row) => (row.method === "dip-start" ? [row.dipIterations] : [])));

/** Most evaluations that a method has: what it has when it has all. */
export const mostEvaluations = (rows: Rows, method: string): number =>
  Math.max(...rows.filter((row) => row.method === method).map(({ nfe }) => nfe));

/** Mean over images with its 95 % bootstrap interval: what belongs to one image (seeds, tasks) is averaged first. */
export function overImages<Item extends { image: string }>(
  items: readonly Item[],
  read: (item: Item) => number,
): Interval {
  return bootstrapMean([...meansByImage(items, read).values()]);
}

/** Task by task the restorations at that level and number of evaluations which is best on the mean, in hindsight. */
export function bestSettings(rows: Rows): Restoration[] {
  return [...groupBy(rows, taskOf).values()].flatMap((own) =>
    bestOf(groupBy(own, ({ t0, nfe, draws, dipIterations }) => `${t0}/${nfe}/${draws}/${dipIterations}`).values()),
  );
}

/**
 * The gain in PSNR of restorations over others at the same places, dB, with its 95 % interval over images, the share of pairs won, and
 * each image's own mean in the order of the names.
 * @throws RangeError for a place that the others have not, or have twice.
 */
export function pairedGain(
  own: readonly Compared[],
  others: readonly Compared[],
): Interval & { wins: number; byImage: readonly number[] } {
  const byPlace = groupBy(others, placeOf);
  const gains = own.map((one) => {
    const [twin, ...more] = byPlace.get(placeOf(one)) ?? [];
    if (!twin || more.length > 0) {
      throw new RangeError(`${placeOf(one)}: got ${twin ? more.length + 1 : 0} restorations to compare with, want 1`);
    }
    return { image: one.image, gain: one.psnr - twin.psnr };
  });
  const wins = mean(gains.map(({ gain }) => Number(gain > 0)));
  // In the order of their names, for several tasks to be compared.
  const byImage = [...meansByImage(gains, ({ gain }) => gain)].sort(([one], [other]) => one.localeCompare(other));
  const values = byImage.map(([, gain]) => gain);
  return { ...overImages(gains, ({ gain }) => gain), wins, byImage: values };
}

/** The p-values of a family of differences image by image (`stepDown`); NaN for one image. */
const pValues = (family: readonly (readonly number[])[]): number[] =>
  (family[0]?.length ?? 0) > 1 ? stepDown(family) : family.map(() => Number.NaN);

/** Iterations of DIP alone that are exported, more of the first, among which is the best within seconds; its curves have more. */
const isExported = (iterations: number) =>
  iterations % 100 === 0 || (iterations < 400 && iterations % 20 === 0) || iterations === 50;

/** The exported table: a row a task, method, duration and number of evaluations, with means over images and intervals of the PSNR. */
export function accelerationTable(rows: Rows): Row[] {
  // What has a level of its own counts at the best one.
  const isStart = ({ method }: Restoration) => /^(start|dip-start-at-level)/.test(method);
  const byNumber = groupBy(rows.filter(isStart), (row) =>
    [row.method, row.dipIterations, row.nfe, row.draws].join("/"),
  );
  const others = rows.filter(
    (row) => !isStart(row) && (row.dipIterations === 0 || row.nfe > 0 || isExported(row.dipIterations)),
  );
  const settings = groupBy([...others, ...[...byNumber.values()].flatMap(bestSettings)], (row) =>
    [row.task, row.method, row.dipIterations, row.nfe, row.draws].join("/"),
  );
  return [...settings.values()].map((own) => {
    const { task, method, dipIterations, nfe, draws, t0: level } = own[0] as Restoration;
    const { mean: psnrMean, low: psnrLow, high: psnrHigh } = overImages(own, psnrOf);
    const of = (name: "ssim" | "t0" | "secondsDip" | "secondsSampler" | "seconds") => mean(own.map((row) => row[name]));
    const t0 = method.startsWith("ddpm") ? "from noise" : Number.isNaN(level) ? "" : of("t0");
    const images = new Set(own.map(({ image }) => image)).size;
    return {
      ...{ task, method, dipIterations, t0, nfe, draws, images, psnrMean, psnrLow, psnrHigh, ssimMean: of("ssim") },
      ...{ secondsDip: of("secondsDip"), secondsSampler: of("secondsSampler"), secondsTotal: of("seconds") },
    };
  });
}

/** How a line of quality against seconds is drawn, and what tells its points apart. */
type LineStyle = Pick<Line, "name" | "colour" | "dash" | "points"> & Pick<MethodGroup, "isOwn">;

/** How quality against seconds is drawn on crops. @param counts evaluations after DIP, a line each. */
export function cropStyles(counts: readonly number[]): LineStyle[] {
  const by =
    (...methods: readonly string[]) =>
    (row: Restoration) =>
      methods.includes(row.method);
  const without = (control: string) => by(`only-${control}`, `start-${control}`);
  const ofDip = (method: string) => (row: Restoration) => row.method === method && row.dipIterations >= 20;
  const [points, dash] = ["too", "dot"] as const;
  const { dip, ddpm, split, windowedVariance, noisy } = colours;
  return [
    { name: "DIP alone", colour: dip, isOwn: ofDip("dip-of-all") },
    { name: "DIP alone, interpolated input", colour: dip, dash, isOwn: ofDip("dip-other-input") },
    { name: "DDPM alone", colour: ddpm, points, isOwn: by("ddpm") },
    { name: "DDPM alone, DPS", colour: ddpm, points, dash, isOwn: by("ddpm-dps") },
    ...counts.map((count, i) => {
      const isOwn = ({ method, nfe }: Restoration) => method === "dip-start" && nfe === count;
      return { name: `DIP, then ${count}`, colour: split, points, ...(i > 0 && { dash }), isOwn };
    }),
    { name: "least variation, then DDPM", colour: windowedVariance, points, isOwn: without("variation") },
    { name: "interpolated, then DDPM", colour: noisy, points, dash, isOwn: without("spread") },
  ];
}

/**
 * Mean PSNR against mean seconds, a panel a task: a line a style, its points by iterations of DIP and evaluations, those of controls
 * each at the best level in hindsight. @param options.leastSeconds what takes less is drawn there.
 */
export function qualityLines(rows: Rows, styles: readonly LineStyle[], { leastSeconds = 0 } = {}): Line[] {
  return tasksOf(rows).flatMap((task, panel) =>
    styles.flatMap(({ isOwn, ...style }) => {
      const own = rows.filter((row) => row.task === task && isOwn(row));
      const points = [...groupBy(own, ({ dipIterations, nfe }) => `${dipIterations} ${nfe}`).values()].map((at) => {
        const { dipIterations, nfe } = at[0] as Restoration;
        const some = dipIterations === 0 && nfe > 0 ? bestSettings(at) : at;
        return { dipIterations, nfe, x: Math.max(leastSeconds, mean(some.map(secondsOf))), y: meanPsnr(some) };
      });
      points.sort((a, b) => a.dipIterations - b.dipIterations || a.nfe - b.nfe);
      if (points.length === 0) return [];
      return [{ ...style, x: points.map(({ x }) => x), y: points.map(({ y }) => y), panel, hidden: panel > 0 }];
    }),
  );
}

/**
 * Of one task the restorations by that setting of a group which is best on the mean among those whose mean time is within the budget,
 * known in hindsight, alike for all groups; none where no setting is that quick.
 */
function bestInTime(rows: Rows, { isOwn }: MethodGroup, seconds: number): Restoration[] {
  // A level counts as a setting where it was given; where the estimated error asks for it, the rule is the setting.
  const settingOf = ({ method, dipInput, weighed, dipIterations, nfe, draws, t0 }: Restoration) => {
    const isByRisk = /^dip-start(?!-at-level)/.test(method);
    return [method, dipInput, weighed, dipIterations, nfe, draws, isByRisk ? "by the risk" : t0].join("/");
  };
  const settings = [...groupBy(rows.filter(isOwn), settingOf).values()];
  return bestOf(settings.filter((some) => mean(some.map(secondsOf)) <= seconds));
}

/** A row a task and budget: each group's best setting in that time by the groups' titles, read by `read`; "–" where it has none. */
export function budgetTable(
  rows: Rows,
  groups: readonly MethodGroup[],
  budgets: readonly number[],
  read: (best: Rows) => string | number = meanPsnr,
): Row[] {
  return [...groupBy(rows, taskOf)].flatMap(([task, own]) =>
    budgets.map((seconds) => {
      const cells = groups.map((group) => {
        const best = bestInTime(own, group, seconds);
        return [group.title, best.length > 0 ? read(best) : "–"];
      });
      return { task, seconds, ...Object.fromEntries(cells) };
    }),
  );
}

/** Mean PSNR in dB and mean SSIM as text. */
export const showQuality = (best: Rows): string =>
  `${meanPsnr(best).toFixed(2)} (${mean(best.map(({ ssim }) => ssim)).toFixed(3)})`;

/**
 * Groups against each other in the time of a budget, a row a task and contrast: the mean gain of the best setting of the one over that
 * of the other, dB, its 95 % interval over images, the share of images won, a p-value of the task by itself and one that holds for all
 * tasks of the contrast (`stepDown`; NaN for one image). None where either has nothing in that time.
 */
export function budgetGains(
  rows: Rows,
  contrasts: readonly { title: string; own: MethodGroup; other: MethodGroup }[],
  seconds: number,
): Row[] {
  const tasks = [...groupBy(rows, taskOf)];
  const byContrast = contrasts.map(({ title, own, other }) => {
    const compared = tasks.flatMap(([task, there]) => {
      const [ours, theirs] = [bestInTime(there, own, seconds), bestInTime(there, other, seconds)];
      return ours.length === 0 || theirs.length === 0 ? [] : [{ task, ...pairedGain(ours, theirs) }];
    });
    const together = pValues(compared.map(({ byImage }) => byImage));
    return compared.map(({ task, mean: gain, low, high, wins, byImage }, i): Row => {
      const [p = Number.NaN] = pValues([byImage]);
      return { task, against: title, gain, low, high, wins, p, pAll: together[i] as number };
    });
  });
  return tasks.flatMap(([task]) => byContrast.flatMap((some) => some.filter((row) => row.task === task)));
}

/**
 * How the rows of `budgetGains` come out: on how many tasks a group is ahead in the mean, and ahead or behind with p below 0.05, task by
 * task and with all tasks tested together.
 */
export function countGains(table: readonly Row[]) {
  const count = (p: "p" | "pAll", side: number) =>
    table.filter((row) => side * Number(row.gain) > 0 && Number(row[p]) < 0.05).length;
  return {
    ...{ tasks: table.length, ahead: table.filter(({ gain }) => Number(gain) > 0).length },
    ...{ clearly: count("p", 1), behind: count("p", -1) },
    ...{ clearlyAll: count("pAll", 1), behindAll: count("pAll", -1) },
  };
}

/** Text in a matrix, a row for each value of one column and a column for each of another; "–" where there is no row. */
function matrix(table: readonly Row[], [by, into]: readonly [string, string], show: (row: Row) => string): Row[] {
  const heads = [...new Set(table.map((row) => String(row[into])))];
  return [...groupBy(table, (row) => String(row[by]))].map(([key, own]) => {
    const cells = new Map(own.map((row) => [row[into], show(row)]));
    return { [by]: key, ...Object.fromEntries(heads.map((head) => [head, cells.get(head) ?? "–"])) };
  });
}

/** The rows of `budgetGains` as a matrix: a row a task, a column a contrast, "gain (interval)", the interval on one line, with a star where p is below 0.05, and two where it is for all tasks together; "–" where there is none. */
export function gainMatrix(table: readonly Row[]): Row[] {
  return matrix(table, ["task", "against"], ({ gain, p, pAll, ...interval }) => {
    const range = showRange(interval as { low: number; high: number }, { between: ",\u00a0" });
    const stars = [p, pAll].filter((one) => Number(one) < 0.05).map(() => "*");
    return `${showSigned(Number(gain))} (${range})${stars.join("")}`;
  });
}

/**
 * One setting against others, each fixed beforehand, image by image: a row for it and for each of the others, with mean PSNR, SSIM and
 * seconds, and of the others its gain over them, dB, with the 95 % interval over images, the median, the share of images won and a p-value
 * that holds for all rows together (`stepDown`).
 */
export function fixedGains(rows: Rows, own: MethodGroup, others: readonly MethodGroup[]): Row[] {
  const describe = ({ title, isOwn }: MethodGroup): Row => {
    const some = rows.filter(isOwn);
    return {
      way: title,
      psnr: meanPsnr(some),
      ssim: mean(some.map(({ ssim }) => ssim)),
      seconds: mean(some.map(secondsOf)),
    };
  };
  const ours = rows.filter(own.isOwn);
  const gains = others.map(({ isOwn }) => pairedGain(ours, rows.filter(isOwn)));
  const together = stepDown(gains.map(({ byImage }) => byImage));
  const compared = others.map((other, i) => {
    const { mean: gain, wins, byImage, ...interval } = gains[i] as (typeof gains)[number];
    const range = showRange(interval);
    return { ...describe(other), gain, interval: range, median: median([...byImage]), wins, p: together[i] ?? "–" };
  });
  return [{ ...describe(own), gain: "–", interval: "–", median: "–", wins: "–", p: "–" }, ...compared];
}

/** The effort of a call, as its switch is named: with a DIP in any case, with the evaluations of `--fast`, or neither. */
function effortOf({ iterations, evaluations, draws = 1 }: SpecOf<"fill-in">["settings"]): string {
  if (iterations > 0) return "thorough";
  return draws * evaluations <= settingsOf("fill", "fast").evaluations ? "fast" : "default";
}

/** What each call of `restore` returned, with its effort and whether it started from DIP. */
const callsOf = (trials: readonly TrialRecord<SpecOf<"fill-in">>[]) =>
  trials.map(({ spec: { task, image, seeds, settings }, metrics }) => {
    const { psnr, ssim, seconds, startsFromDip } = metrics as Record<string, number> &
      Record<"psnr" | "ssim" | "seconds", number>;
    const at = { task: titleOf(task), image: image.name, seed: seeds.noise, effort: effortOf(settings) };
    return { ...at, psnr, ssim, seconds, isDip: startsFromDip === 1 };
  });

/**
 * What the thorough effort of `restore` changes against the default on the images that have both: a row a task, with the mean PSNR of
 * either and the gain, dB, with its 95 % interval over images, on how many the start was DIP's, and seconds.
 * @throws RangeError for an image without the default.
 */
export function thoroughTable(trials: readonly TrialRecord<SpecOf<"fill-in">>[]): Row[] {
  const byEffort = groupBy(callsOf(trials), ({ effort }) => effort);
  return [...groupBy(byEffort.get("thorough") ?? [], taskOf)].map(([task, own]) => {
    const places = new Set(own.map(placeOf));
    const others = (byEffort.get("default") ?? []).filter((one) => places.has(placeOf(one)));
    const { mean: gain, low, high } = pairedGain(own, others);
    return {
      ...{ task, images: own.length, default: meanPsnr(others), thorough: meanPsnr(own) },
      ...{
        gain,
        interval: showRange({ low, high }),
        dip: own.filter(({ isDip }) => isDip).length,
      },
      seconds: mean(own.map(({ seconds }) => seconds)),
    };
  });
}

/** The rows of `fillInTable` as they are shown: without intervals, a difference with a star where its p-value is below 0.05. */
export function showCalls(table: readonly Row[]): Row[] {
  return table.map((row) => {
    const shown = Object.entries(row).filter(([column]) => !/ (low|high|p)$/.test(column));
    const cells = shown.map(([column, value]) => {
      const p = row[`${column} p`];
      return [column, p === undefined ? value : `${showSigned(Number(value))}${Number(p) < 0.05 ? "*" : ""}`];
    });
    return Object.fromEntries(cells) as Row;
  });
}

/** In a hole: DIP's start as `restore` has it against the other ways, as `fixedGains` has it. @param rows those of `readHole`. */
export function holeGains(rows: Rows): Row[] {
  const way = (title: string, method: string, isSetting: (row: Restoration) => boolean = () => true): MethodGroup => ({
    title,
    isOwn: (row) => row.method === method && isSetting(row),
  });
  const { gapIterations = 0, level = 0, draws, evaluations, iterations } = settingsOf("fill", "thorough");
  const drawn = `then ${draws} × ${evaluations} from t =`;
  const variation = (t: number) => way(`least variation, ${drawn} ${t}`, "start-variation-mean", ({ t0 }) => t0 === t);
  const alone = (count: number) =>
    way(`DIP alone, ${count} iterations`, "dip-of-all", ({ dipIterations }) => dipIterations === count);
  const own = way(
    `DIP, ${gapIterations} iterations, ${drawn} ${level}`,
    "dip-start-at-level-mean",
    ({ dipIterations, t0 }) => dipIterations === gapIterations && t0 === level,
  );
  return fixedGains(rows, own, [
    ...[level, 2 * level].map(variation),
    way("DDPM alone, 3 × 50", "ddpm-mean"),
    ...[gapIterations, iterations].map(alone),
  ]);
}

/** What DIP in the noise estimate changes with the chosen fit: a row an iterations of DIP, the mean gain in dB over images with its 95 % interval, the share of pairs that gain, and each task's own. */
export function guidanceGains(rows: Rows): Row[] {
  const nfe = mostEvaluations(rows, "dip-start-other-weight");
  const own = rows.filter((row) => row.nfe === nfe && /^dip-start(-other-weight)?$/.test(row.method));
  const byDuration = groupBy(
    own.filter(({ weighed }) => weighed),
    ({ dipIterations }) => dipIterations,
  );
  return distinctNumbers([...byDuration.keys()]).map((dipIterations) => {
    const weighed = byDuration.get(dipIterations) ?? [];
    const others = own.filter((row) => !row.weighed && row.dipIterations === dipIterations);
    const gain = pairedGain(weighed, others);
    const byTask = [...groupBy(weighed, taskOf)].map(([task, some]) => [task, pairedGain(some, others).mean]);
    return {
      dipIterations,
      gain: gain.mean,
      interval: showRange(gain),
      wins: gain.wins,
      ...Object.fromEntries(byTask),
    };
  });
}

/**
 * When each method first has the quality that the DDPM alone has with its most evaluations, image by image and seed by seed, its
 * setting known in hindsight: a row a task and method, with the median seconds and evaluations (of the pairs that reach it; "–" where
 * no more than half do), the shares of pairs that reach it at all and in a third of the DDPM's time, and the difference of the best
 * within that third to the DDPM, dB, mean over images ("–" where a pair has nothing in that time).
 */
export function timeToQuality(rows: Rows, groups: readonly MethodGroup[]): Row[] {
  const most = mostEvaluations(rows, "ddpm");
  return [...groupBy(rows, taskOf)].flatMap(([task, ofTask]) => {
    const places = [...groupBy(ofTask, placeOf).values()].flatMap((there) => {
      const target = there.find(({ method, nfe }) => method === "ddpm" && nfe === most);
      return target ? [{ target, there }] : [];
    });
    return groups.flatMap(({ title, isOwn }) => {
      const results = places.map(({ target, there }) => {
        const own = there.filter(isOwn);
        const [first] = own.filter(({ psnr }) => psnr >= target.psnr).sort((a, b) => a.seconds - b.seconds);
        const third = own.filter(({ seconds }) => seconds <= target.seconds / 3);
        const gain = Math.max(...third.map(psnrOf)) - target.psnr;
        return { image: target.image, any: own.length > 0, first, third: target.seconds / 3, gain };
      });
      if (!results.some(({ any }) => any)) return [];
      const firsts = results.flatMap(({ first }) => first ?? []);
      const inMost = 2 * firsts.length > results.length;
      return [
        {
          ...{ task, method: title, pairs: results.length },
          seconds: inMost ? median(results.map(({ first }) => first?.seconds ?? Number.POSITIVE_INFINITY)) : "–",
          ...{ nfe: inMost ? median(firsts.map(({ nfe }) => nfe)) : "–", reached: firsts.length / results.length },
          third: mean(results.map(({ first, third }) => Number(first !== undefined && first.seconds <= third))),
          gain: results.every(({ gain }) => Number.isFinite(gain)) ? overImages(results, ({ gain }) => gain).mean : "–",
        },
      ];
    });
  });
}

/** The same as a matrix: a row a task, a column a method, "median seconds, evaluations (share in a third of the time)". */
export function timeMatrix(table: readonly Row[]): Row[] {
  return matrix(table, ["task", "method"], ({ seconds, nfe, third }) => {
    const share = `(${(100 * Number(third)).toFixed(0)} %)`;
    if (typeof seconds !== "number") return `– ${share}`;
    return `${seconds < 0.01 ? "< 0.01" : seconds.toFixed(seconds < 1 ? 2 : 1)} s, ${Number(nfe).toFixed(0)} ${share}`;
  });
}

/**
 * What `restore` returns where not all was measured: a row a task and effort, with mean PSNR, SSIM
 * and seconds, and its difference to the best mean of each group, dB, at whatever setting is best in hindsight and however long that
 * takes; with the difference its 95 % interval over images and the task's own p-value (`stepDown`; NaN for one image), by the group's
 * title and " low", " high" and " p".
 * @param rows of the same images by other methods.
 */
export function fillInTable(
  trials: readonly TrialRecord<SpecOf<"fill-in">>[],
  rows: Rows,
  groups: readonly MethodGroup[],
): Row[] {
  return [...groupBy(callsOf(trials), taskOf)].flatMap(([task, own]) =>
    [...groupBy(own, ({ effort }) => effort)].map(([effort, some]) => {
      const images = new Set(some.map(({ image }) => image));
      const there = rows.filter((row) => row.task === task && images.has(row.image));
      const differences = groups.map((group): Row => {
        const { title } = group;
        const best = bestInTime(there, group, Number.POSITIVE_INFINITY);
        if (best.length === 0) return { [title]: "–" };
        const { mean: gain, low, high, byImage } = pairedGain(some, best);
        const [p = Number.NaN] = pValues([byImage]);
        return { [title]: gain, [`${title} low`]: low, [`${title} high`]: high, [`${title} p`]: p };
      });
      const of = (name: "psnr" | "ssim" | "seconds") => mean(some.map((call) => call[name]));
      const means = { psnr: of("psnr"), ssim: of("ssim"), seconds: of("seconds") };
      return Object.assign({ task, effort, ...means }, ...differences) as Row;
    }),
  );
}

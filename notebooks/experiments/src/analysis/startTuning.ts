import { DataFrame } from "danfojs-node";
import { max, mean, min } from "simple-statistics";
import { guidances, startNetworks } from "../plans/startVariants";
import type { DdpmRestoreSpec, TrialRecord } from "../spec";
import { effectsOver } from "./effects";
import type { Row } from "./frames";
import { type ReverseRun, reverseRunsOf, type StartTrial, same, titleOf } from "./reverseRuns";
import { bestOf, distinctNumbers, groupBy, meanPsnr, meansByImage, pivot, showRange } from "./tables";

const psnrOf = ({ psnr }: ReverseRun) => psnr;

/** What each way to choose the level loses against the best level of each run in hindsight, dB, by task. @param nfe evaluations. */
export function startRuleTable(trials: readonly StartTrial[], nfe: number): Row[] {
  const rows = reverseRunsOf(trials).filter(({ asked }) => asked === nfe);
  const losses = [...groupBy(rows, ({ place, duration }) => `${place}/${duration}`).values()].flatMap((own) => {
    const best = Math.max(...own.map(psnrOf));
    return own.map((row) => ({ ...row, loss: best - row.psnr }));
  });
  const heads = (prefix: string, read: (row: ReverseRun) => number | undefined) =>
    distinctNumbers(rows.flatMap((row) => read(row) ?? [])).map((value) => `${prefix} ${value}`);
  return pivot(losses, {
    ...{ by: ({ task }) => ({ task }), into: startOf, of: ({ loss }) => loss },
    heads: [...heads("κ", ({ kappa }) => kappa), ...heads("t", ({ level }) => level)],
  });
}

const startOf = ({ kappa, level }: ReverseRun) => (level === undefined ? `κ ${kappa}` : `t ${level}`);

/** What is drawn for an image that is the mean of several samples: "2 × 50" of two of fifty evaluations. */
const drawsOf = ({ drawn = 1, asked }: ReverseRun) => `${drawn} × ${asked}`;

/** Whether it is the mean of all draws of its trial. */
const isWhole = ({ drawn, spec }: ReverseRun) => drawn === spec.draws;

/**
 * Mean PSNR in dB by task of the mean of several draws, a column each, beside one draw of a hundred evaluations from the same
 * image and level. @param single in which that is looked for.
 */
export function drawsTable(trials: readonly StartTrial[], single: readonly StartTrial[]): Row[] {
  const placeOf = ({ place, level }: ReverseRun) => `${place}/${level}`;
  const several = reverseRunsOf(trials).filter(isWhole);
  const places = new Set(several.map(placeOf));
  const one = reverseRunsOf(single).filter((row) => row.asked === 100 && places.has(placeOf(row)));
  return pivot([...several, ...one], { by: ({ task }) => ({ task }), into: drawsOf, of: psnrOf });
}

/** Around a hole: mean PSNR in dB by what is started from, a column a level and number of draws. */
export function gapTable(trials: readonly StartTrial[]): Row[] {
  return pivot(reverseRunsOf(trials).filter(isWhole), {
    by: ({ duration }) => ({ start: duration === 0 ? "least variation" : `DIP, ${duration} iterations` }),
    into: (row) => `t ${row.level}, ${drawsOf(row)}`,
    of: psnrOf,
  });
}

/** What DIP in the noise estimate changes against the same start without it, dB: a row a weight, by start and duration, and the worst mean of a task. */
export function guidanceTable(trials: readonly StartTrial[], durations: readonly number[]): Row[] {
  const rows = reverseRunsOf(trials);
  const keyOf = ({ place, duration, asked, kappa, level }: ReverseRun) => [place, duration, asked, kappa, level].join();
  const plain = new Map(rows.flatMap((row) => (row.guidance.kind === "none" ? [[keyOf(row), row.psnr]] : [])));
  const gains = guidances.flatMap(({ title, guidance }) =>
    rows
      .filter((row) => guidance.kind !== "none" && same(row.guidance, guidance))
      .map((row) => ({ ...row, weights: title, gain: row.psnr - (plain.get(keyOf(row)) as number) })),
  );
  const shown = gains.filter(({ duration }) => durations.includes(duration));
  const gainOf = ({ gain }: { gain: number }) => gain;
  const into = (row: ReverseRun) => `${startOf(row)}, ${row.duration}`;
  shown.sort((a, b) => Number(a.level ?? 0) - Number(b.level ?? 0));
  return pivot(shown, { by: ({ weights }) => ({ weights }), into, of: gainOf }).map((row) => {
    const own = gains.filter(({ weights }) => weights === row.weights);
    const groups = groupBy(own, ({ task, kappa, duration }) => [task, kappa, duration].join());
    return { ...row, worst: Math.min(...[...groups.values()].map((some) => mean(some.map(gainOf)))) };
  });
}

/** Networks as DIP's, by task and network: mean PSNR of DIP alone after so many iterations, and of what the diffusion makes of it. */
export function startNetworksTable(trials: readonly StartTrial[], durations: readonly number[]): Row[] {
  const alone = new Map(trials.map(({ spec, metrics }) => [spec, metrics]));
  const shown = reverseRunsOf(trials).filter(({ duration }) => durations.includes(duration));
  const cells = shown.flatMap((row) => [
    { ...row, head: `DIP ${row.duration}`, value: alone.get(row.spec)?.[`prior${row.duration}.psnr`] ?? Number.NaN },
    { ...row, head: `then, ${row.duration}`, value: row.psnr },
  ]);
  return pivot(cells, {
    by: ({ task, spec }) => ({ task, network: nameNetwork(spec) }),
    into: ({ head }) => head,
    of: ({ value }) => value,
    heads: ["DIP", "then,"].flatMap((what) => durations.map((duration) => `${what} ${duration}`)),
  });
}

function nameNetwork({ prior }: StartTrial["spec"]): string {
  const known = startNetworks().find(({ network }) => prior.kind === "dip" && same(network, prior.network));
  if (!known) throw new RangeError("network: want one of those that are compared");
  return known.title;
}

/**
 * The start by task and DDPM: mean PSNR of the DDPM alone, of DIP's start and of that of least variation, by evaluations; each at
 * the better of its levels on the mean.
 */
export function startPriorsTable(trials: readonly StartTrial[], alone: readonly TrialRecord<DdpmRestoreSpec>[]): Row[] {
  const titles: Record<string, string> = { dip: "DIP, then", variation: "variation, then" };
  const starts = reverseRunsOf(trials).map((row) => ({
    ...{ task: row.task, ddpm: row.spec.checkpoint.name, from: startOf(row), psnr: row.psnr },
    head: `${titles[row.prior]} ${row.asked}`,
  }));
  const ways = groupBy(starts, ({ task, ddpm, head }) => [task, ddpm, head].join("/"));
  const better = [...ways.values()].flatMap((some) => bestOf(groupBy(some, ({ from }) => from).values()));
  const fromNoise = alone.map(({ spec, metrics }) => ({
    ...{ task: titleOf(spec.task), ddpm: spec.checkpoint.name, from: "", psnr: metrics["restored.psnr"] ?? Number.NaN },
    head: `alone, ${metrics.evaluations}`,
  }));
  return pivot([...fromNoise, ...better], {
    ...{ by: ({ task, ddpm }) => ({ task, ddpm }), into: ({ head }) => head, of: ({ psnr }) => psnr },
  });
}

/** How well the held-out values speak for DIP's image of noise: estimated over true squared error by task, geometric mean, least and greatest. */
export function riskRatios(trials: readonly StartTrial[]): Row[] {
  const own = trials.filter(({ spec: { prior } }) => prior.kind === "dip" && !prior.guess);
  return [...groupBy(own, ({ spec }) => titleOf(spec.task))].map(([task, some]) => {
    const ratios = some.flatMap(({ metrics }) =>
      Object.entries(metrics).flatMap(([name, risk]) =>
        name.endsWith(".risk") ? risk / (metrics[name.replace("risk", "error")] ?? Number.NaN) : [],
      ),
    );
    return { task, ratio: Math.exp(mean(ratios.map(Math.log))), least: min(ratios), greatest: max(ratios) };
  });
}

/** DIP's input and its weight in the noise estimate: mean PSNR by task after the longest fit that all have. */
export function cropChoices(trials: readonly StartTrial[]): Row[] {
  const rows = reverseRunsOf(trials);
  const guided = rows.filter(({ guess }) => guess !== "");
  const longest = Math.max(...(guided.length > 0 ? guided : rows).map(({ duration }) => duration));
  const heads = [...new Set(rows.map(({ task }) => task))];
  const nameOf = ({ guess, guidance }: ReverseRun) => ({
    input: guess === "" ? "noise" : "interpolated observation",
    weight: guidance.kind === "errors" ? "by the errors" : "none",
  });
  const own = rows.filter(({ duration }) => duration === longest).sort((a, b) => a.guess.length - b.guess.length);
  return pivot(own, { by: nameOf, into: ({ task }) => task, of: psnrOf, heads });
}

/** What is varied of the start, as tables name it. */
const settingTitles = {
  averageDecay: "decay of DIP's average",
  learningRate: "learning rate of DIP",
  heldOut: "share held out",
  kappa: "κ of the level",
  asked: "evaluations",
  eta: "fresh noise η",
} as const;

function settingsOf({ spec: { prior, eta }, kappa, asked }: ReverseRun) {
  if (prior.kind !== "dip") throw new RangeError(`prior: got "${prior.kind}", want "dip"`);
  const { averageDecay, learningRate, heldOut } = prior;
  return { averageDecay, learningRate, heldOut, kappa, asked, eta };
}

/**
 * What each setting of the start changes, the others as chosen, a row a value: the mean difference in PSNR (dB) over tasks and
 * images as `effectsOver` has it, and that of each task.
 */
export function startEffects(trials: readonly StartTrial[]): Row[] {
  const rows = reverseRunsOf(trials).map((row) => ({ ...row, settings: settingsOf(row) }));
  // The chosen ones are those that most trials have: each is varied alone.
  const names = Object.keys(settingTitles) as (keyof typeof settingTitles)[];
  const chosen = Object.fromEntries(
    names.map((name) => {
      const counts = [...groupBy(rows, ({ settings }) => settings[name])].map(([value, own]) => ({ value, own }));
      return [name, counts.reduce((most, one) => (one.own.length > most.own.length ? one : most)).value];
    }),
  );
  const varied = rows.flatMap((row) => {
    const other = names.filter((name) => row.settings[name] !== chosen[name]);
    const [name] = other;
    return other.length > 1 ? [] : [{ ...row, variant: name ? `${name}=${row.settings[name]}` : "chosen" }];
  });
  const frame = new DataFrame(
    [...groupBy(varied, ({ variant }) => variant)].flatMap(([variant, own]) =>
      [...meansByImage(own, psnrOf)].map(([image, psnr]) => ({ variant, image, psnr })),
    ),
  );
  const ofTask = (task: string, variant: string) =>
    meanPsnr(varied.filter((row) => row.task === task && row.variant === variant));
  const tasks = [...new Set(varied.map(({ task }) => task))];
  return effectsOver(frame, { reference: "chosen", of: "psnr" }).map(({ variant, mean: psnr, wins, p, ...range }) => {
    const [name, value] = variant.split("=") as [keyof typeof settingTitles, string];
    const byTask = tasks.map((task) => [task, ofTask(task, variant) - ofTask(task, "chosen")]);
    return {
      ...{ setting: settingTitles[name], value, chosen: chosen[name] as number, psnr, interval: showRange(range) },
      ...{ wins, p, ...Object.fromEntries(byTask) },
    };
  });
}

import canonicalize from "canonicalize";
import { mean } from "simple-statistics";
import { comparedNetworks } from "../plans/dipTasks";

import { ablationDuration, ablationPhotos, chosenWarmStart } from "../plans/warmStart";
import { chosenEta, isChosenFit, noiseSetting, warmTasks } from "../plans/warmTrial";
import { warmGuidances, warmSettings } from "../plans/warmTuning";
import { atMost, type Descent, descentsOf, type StartTrial, same, titleOf } from "./descents";
import type { Row } from "./frames";
import { distinctNumbers, groupBy, meanOf, pivot, shortTitle } from "./tables";

const psnrOf = ({ psnr }: Descent) => psnr;
const byTask = (one: { task: string }, other: { task: string }) => placeOf(one) - placeOf(other);
const placeOf = ({ task }: { task: string }) => warmTasks.findIndex(({ title }) => title === task);

/** Mean PSNR of every duration with every level on one task, a row a level, and by duration the level (geometric mean) that covers the error. */
export function levelSurface(trials: readonly StartTrial[], task: string, nfe: number) {
  const rows = descentsOf(trials).filter((row) => row.task === task && row.asked === nfe);
  if (rows.length === 0) return undefined;
  const iterations = distinctNumbers(rows.map(({ duration }) => duration));
  const levels = distinctNumbers(rows.flatMap(({ level }) => level ?? []));
  const at = (duration: number, isOwn: (row: Descent) => boolean) =>
    rows.filter((row) => row.duration === duration && isOwn(row));
  const chosen = iterations.map((duration) => {
    const own = at(duration, ({ kappa }) => kappa === chosenWarmStart.kappa);
    return Math.exp(mean(own.map(({ t0 }) => Math.log(t0))));
  });
  const psnr = levels.map((level) => iterations.map((one) => mean(at(one, (row) => row.level === level).map(psnrOf))));
  return { task, iterations, levels, psnr, chosen };
}

/** What each way to choose the level loses against the best level of each run in hindsight, dB, by task. @param nfe evaluations. */
export function startRuleTable(trials: readonly StartTrial[], nfe: number): Row[] {
  const rows = descentsOf(trials).filter(({ asked }) => asked === nfe);
  const losses = [...groupBy(rows, ({ place, duration }) => `${place}/${duration}`).values()].flatMap((own) => {
    const best = Math.max(...own.map(psnrOf));
    return own.map((row) => ({ ...row, loss: best - row.psnr }));
  });
  const heads = (prefix: string, read: (row: Descent) => number | undefined) =>
    distinctNumbers(rows.flatMap((row) => read(row) ?? [])).map((value) => `${prefix} ${value}`);
  return pivot(losses.sort(byTask), {
    ...{ by: ({ task }) => ({ task }), into: startOf, of: ({ loss }) => loss },
    heads: [...heads("κ", ({ kappa }) => kappa), ...heads("t", ({ level }) => level)],
  });
}

const startOf = ({ kappa, level }: Descent) => (level === undefined ? `κ ${kappa}` : `t ${level}`);

/** Descents from the chosen level with the most evaluations, with the setting of `warmSettings` that they have. */
function tunedRows(trials: readonly StartTrial[]) {
  const settingOf = ({ spec: { prior, eta } }: Descent) => {
    if (prior.kind !== "dip" || prior.network.kind !== "skip") return undefined;
    const { network, learningRate, averageDecay, guess } = prior;
    return { eta, width: network.filters[0] ?? 0, learningRate, averageDecay, guess };
  };
  const rows = atMost(descentsOf(trials).filter(({ kappa }) => kappa === chosenWarmStart.kappa)).sort(byTask);
  // A network that is narrower in small profiles counts.
  const widest = Math.max(...rows.map((row) => settingOf(row)?.width ?? 0));
  return warmSettings.flatMap(({ title, setting }) => {
    const wanted = { ...setting, width: Math.min(setting.width, widest) };
    return rows.filter((row) => same(settingOf(row), wanted)).map((row) => ({ ...row, title, setting }));
  });
}

/** How DIP is fitted and the steps are drawn: mean PSNR by setting and task after so many iterations, that of DIP alone on the first, seconds in all. */
export function startSettingsTable(trials: readonly StartTrial[], duration: number): Row[] {
  const rows = tunedRows(trials).filter((row) => !row.setting.guess && row.duration === duration);
  const into = ({ task }: Descent) => shortTitle(task);
  return pivot(rows, { by: ({ title }) => ({ setting: title }), into, of: psnrOf }).map((row) => {
    const own = rows.filter(({ title }) => title === row.setting);
    const alone = trials.filter(
      ({ spec }) => titleOf(spec.task) === rows[0]?.task && own.some((one) => one.spec === spec),
    );
    const dip = alone.flatMap(({ metrics }) => metrics[`prior${duration}.psnr`] ?? []);
    return { ...row, "DIP alone": meanOf(dip), seconds: meanOf(own.map(({ seconds }) => seconds)) };
  });
}

/** Where DIP gets the interpolated observation, the setting else as chosen: mean PSNR by place, task and duration. */
export function startInputsTable(trials: readonly StartTrial[], durations: readonly number[]): Row[] {
  const rows = tunedRows(trials).filter(
    ({ setting: { guess, ...rest }, duration }) => same(rest, noiseSetting) && durations.includes(duration),
  );
  return pivot(rows, {
    by: ({ setting: { guess } }) => ({
      place: guess ? `${guess.place === "input" ? "input" : "added to the output"}, blur ${guess.blur} px` : "not used",
    }),
    into: ({ task, duration }) => `${shortTitle(task)}, ${duration}`,
    of: psnrOf,
  });
}

/** What DIP in the noise estimate changes against the same start without it, dB: a row a weight, by start and duration, and the worst mean of a task. */
export function guidanceTable(trials: readonly StartTrial[], durations: readonly number[]): Row[] {
  const rows = descentsOf(trials);
  const keyOf = ({ place, duration, asked, kappa, level }: Descent) => [place, duration, asked, kappa, level].join();
  const plain = new Map(rows.flatMap((row) => (row.guidance.kind === "none" ? [[keyOf(row), row.psnr]] : [])));
  const gains = warmGuidances.flatMap(({ title, guidance }) =>
    rows
      .filter((row) => guidance.kind !== "none" && same(row.guidance, guidance))
      .map((row) => ({ ...row, weights: title, gain: row.psnr - (plain.get(keyOf(row)) as number) })),
  );
  const shown = gains.filter(({ duration }) => durations.includes(duration));
  const gainOf = ({ gain }: { gain: number }) => gain;
  const into = (row: Descent) => `${startOf(row)}, ${row.duration}`;
  shown.sort((a, b) => Number(a.level ?? 0) - Number(b.level ?? 0));
  return pivot(shown, { by: ({ weights }) => ({ weights }), into, of: gainOf }).map((row) => {
    const own = gains.filter(({ weights }) => weights === row.weights);
    const groups = groupBy(own, ({ task, kappa, duration }) => [task, kappa, duration].join());
    return { ...row, worst: Math.min(...[...groups.values()].map((some) => mean(some.map(gainOf)))) };
  });
}

/**
 * Networks as the prior, DIP of noise, without DIP in the noise estimate, on the places that all of them have: PSNR of DIP alone and after
 * the reverse diffusion, and the seconds of both, by task, network and duration.
 */
export function startNetworksTable(
  { usual, others }: { usual: readonly StartTrial[]; others: readonly StartTrial[] },
  durations: readonly number[],
): Row[] {
  const cellOf = ({ spec: { task, image, seeds } }: StartTrial) => canonicalize([task, image.name, seeds.noise]);
  const known = new Set(others.map(cellOf));
  const trials = [...usual.filter((trial) => known.has(cellOf(trial))), ...others];
  const alone = new Map(trials.map(({ spec, metrics }) => [spec, metrics]));
  const rows = atMost(descentsOf(trials)).filter(
    ({ kappa, guidance, guess, duration }) =>
      kappa === chosenWarmStart.kappa && guidance.kind === "none" && guess === "" && durations.includes(duration),
  );
  const cells = rows
    .sort(byTask)
    .flatMap((row) =>
      [
        ["DIP", alone.get(row.spec)?.[`prior${row.duration}.psnr`] ?? Number.NaN] as const,
        ["then", row.psnr] as const,
        ["s", row.seconds] as const,
      ].map(([what, value]) => ({ ...row, head: `${what} ${row.duration}`, value })),
    );
  return pivot(cells, {
    by: ({ task, spec }) => ({ task, network: nameNetwork(spec.prior) }),
    into: ({ head }) => head,
    of: ({ value }) => value,
  });
}

/** A network as tables name it: skip networks by their width. */
function nameNetwork(prior: StartTrial["spec"]["prior"]): string {
  if (prior.kind !== "dip") return "";
  const { network } = prior;
  const title = comparedNetworks().find((one) => same(one.network, network))?.title ?? `${network.kind} network`;
  return network.kind === "skip" && !title.includes("channels") ? `${title}, ${network.filters[0]} channels` : title;
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
    const ratio = Math.exp(mean(ratios.map(Math.log)));
    return { task, ratio, least: Math.min(...ratios), greatest: Math.max(...ratios) };
  });
}

/** DIP's input and its weight in the noise estimate: mean PSNR by task after the longest fit that all have. */
export function cropChoices(trials: readonly StartTrial[]): Row[] {
  const rows = descentsOf(trials);
  const guided = rows.filter(({ guess }) => guess !== "");
  const longest = Math.max(...(guided.length > 0 ? guided : rows).map(({ duration }) => duration));
  const heads = [...new Set(rows.map(({ task }) => task))];
  const nameOf = ({ guess, guidance }: Descent) => ({
    input: guess === "" ? "noise" : "interpolated observation",
    weight: guidance.kind === "errors" ? "by the errors" : "none",
  });
  const own = rows.filter(({ duration }) => duration === longest).sort((a, b) => a.guess.length - b.guess.length);
  return pivot(own, { by: nameOf, into: ({ task }) => task, of: psnrOf, heads });
}

/**
 * What each setting of the initialised reverse diffusion changes, on half of the pixels: a row a setting, with the mean difference in
 * PSNR (dB) to the chosen one over the pairs of the same photo, pixels and seed, and the share of them in which it is better.
 */
export function startEffects(trials: readonly StartTrial[]): Row[] {
  const rows = descentsOf(trials).filter((row) => placeOf(row) === 0 && ablationPhotos.includes(row.image));
  const ofEta = rows.filter(({ eta }) => eta === chosenEta);
  const durations = distinctNumbers(ofEta.map(({ duration }) => duration));
  const usual = {
    ...{
      kappa: chosenWarmStart.kappa as number,
      guidance: "errors",
      eta: chosenEta as number,
      guess: undefined as string | undefined,
    },
    asked: Math.max(...ofEta.map(({ asked }) => asked).filter((asked) => asked <= chosenWarmStart.evaluations)),
    duration: durations.includes(ablationDuration) ? ablationDuration : (durations[0] ?? 0),
  };
  const qualities = (change: Partial<typeof usual>) => {
    const { guidance, guess, ...numbers } = { ...usual, ...change };
    const own = rows.filter(
      (row) =>
        Object.entries(numbers).every(([name, value]) => row[name as keyof typeof numbers] === value) &&
        row.guidance.kind === guidance &&
        (guess === undefined ? isChosenFit({ ...row, task: row.spec.task }) : row.guess === guess),
    );
    return new Map(own.map(({ place, psnr }) => [place, psnr]));
  };
  const chosen = qualities({});
  const row = (setting: string, value: string | number, instead: string | number, change: Partial<typeof usual>) => {
    const pairs = [...qualities(change)].flatMap(([place, psnr]) => psnr - (chosen.get(place) ?? Number.NaN));
    const there = pairs.filter(Number.isFinite);
    const wins = meanOf(there.map((difference) => Number(difference > 0)));
    return there.length > 0 ? [{ setting, value, chosen: instead, psnr: mean(there), wins, pairs: there.length }] : [];
  };
  return [
    ...[0.5, 2].flatMap((kappa) => row("kappa of the start level", kappa, usual.kappa, { kappa })),
    ...[1, 5, 10].flatMap((asked) => row("network evaluations", asked, usual.asked, { asked })),
    ...durations
      .filter((duration) => duration !== usual.duration)
      .flatMap((duration) => row("iterations of DIP", duration, usual.duration, { duration })),
    ...row("DIP in the noise estimate", "none", "weighed by the errors", { guidance: "none" }),
    ...row("DIP's input", "noise", "interpolated observation", { guess: "" }),
    ...[0, 0.85].flatMap((eta) => row("eta of DDNM's steps", eta, chosenEta, { eta })),
  ];
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import type * as experiment from "ddpm-dip-experiments";
import { linearRegression, mean, sum } from "simple-statistics";
import { markdownTable } from "../readme/markdown.mjs";
import { distinctTrials, type Plan } from "./plans.mjs";

/** The power p of the law ms ~ pixels^p, by least squares of the logarithms. @param readings pixels of an image, ms of a step. */
export function fitPower(readings: readonly (readonly [pixels: number, ms: number])[]): number {
  return linearRegression(readings.map(([pixels, ms]) => [Math.log(pixels), Math.log(ms)])).m;
}

interface Benchmark {
  rows: { id: string; engineMs: number }[];
  scaling: { id: string; value: number; engine: { ms: number } }[];
}

/** The powers by the stored benchmark: of a narrow DIP at 64x64 to 256x256, and of the widest at 128x128 to 256x256. */
function readPowers(): { narrow: number; wide: number } {
  const file = join(runtime.dataFolder(), "benchmark.json");
  const { rows, scaling } = JSON.parse(readFileSync(file, "utf8")) as Benchmark;
  const narrow = scaling.filter(({ id, value }) => id === "dip" && value >= 64 ** 2);
  const wide = [128, 256].flatMap((size) =>
    rows.filter(({ id }) => id === `dip-128x5-${size}`).map(({ engineMs }) => [size ** 2, engineMs] as const),
  );
  return { narrow: fitPower(narrow.map(({ value, engine }) => [value, engine.ms])), wide: fitPower(wide) };
}

/** The side of a square of as many pixels as a trial's images have. */
function sideOf(spec: experiment.TrialSpec): number {
  if (spec.method === "ddpm") return spec.patchSize;
  if (!("crop" in spec)) return spec.size;
  // The images of BSDS500 are 481x321.
  return spec.crop === "full" ? Math.sqrt(481 * 321) : spec.crop;
}

const side = 512;

/** The plans' trials and what they cost, as a table in Markdown, with what they would cost at 512x512 by the benchmark's law. */
export function formatCosts(plans: readonly Plan[], records: readonly experiment.TrialRecord[]): string {
  const stored = new Map(records.map((record) => [record.key, record]));
  const powers = readPowers();
  const row = (name: string, trials: ReadonlyMap<string, experiment.TrialSpec>) => {
    const found = [...trials.keys()].flatMap((key) => stored.get(key) ?? []);
    if (found.length === 0) return [name, trials.size, 0, "–", "–", "–"];
    const each = mean(found.map(({ costs }) => costs.seconds));
    const hours = (each * trials.size) / 3600;
    const larger = ([powers.narrow, powers.wide] as const).map((power) => {
      const times = found.map(({ spec, costs }) => costs.seconds * (side / sideOf(spec)) ** (2 * power));
      return (hours * sum(times)) / sum(found.map(({ costs }) => costs.seconds));
    });
    const [least, most] = larger.map((value) => value.toFixed(0));
    return [name, trials.size, found.length, each.toFixed(1), hours.toFixed(2), `${least} to ${most}`];
  };
  return [
    markdownTable(
      ["plan", "trials", "stored", "mean seconds", "core-hours", `core-hours at ${side}x${side}`],
      [
        ...plans.map((plan) => row(plan.name, distinctTrials([plan]))),
        row("*all, each trial once*", distinctTrials(plans)),
      ],
    ),
    "",
    "Core-hours: trials times the mean seconds of those stored, a core a trial. At 512x512: seconds grow as " +
      `pixels^${powers.narrow.toFixed(2)} ([32]x4) to pixels^${powers.wide.toFixed(2)} ([128]x5), fitted to data/benchmark.json.`,
  ].join("\n");
}

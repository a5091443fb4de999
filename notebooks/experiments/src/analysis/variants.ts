import { DataFrame } from "danfojs-node";
import { type TrialRecord, trialKey } from "ddpm-dip/trials";
import { mean } from "simple-statistics";
import { namedVariants } from "../plans/dipFits";
import { namedRestoreVariants } from "../plans/restore";
import type { DipFitSpec, RestoreSpec } from "../spec";
import { effectsOver } from "./effects";
import { meansBy, type Row, rowsOf, select } from "./frames";
import { groupBy, showRange } from "./tables";

/** The criteria that a variant may have, in the order in which one is taken for what it returns. */
const returning = ["risk", "held-out-10", "sure-averaged", "es-wmv", "last"] as const;

/**
 * Variants of the DIP fit as a frame, one row a trial: what is varied, the image that its own criterion returns, the best of its
 * trajectory (`oracle`, dB), and what other criteria return (dB).
 */
export function variantsFrame(records: readonly TrialRecord<DipFitSpec>[]): DataFrame {
  const named = new Map(namedVariants().map(({ variant, spec }) => [trialKey(spec), variant]));
  return new DataFrame(
    records.map(({ key, spec, metrics }): Row => {
      const { setting = spec.fit.kind, value = "" } = named.get(key) ?? {};
      const own = returning.find((name) => `${name}.psnr` in metrics) ?? "oracle";
      const of = (metric: string) => metrics[`${own}.${metric}`] as number;
      return {
        ...{ variant: `${setting}: ${value}`, setting, value, image: spec.image.name, seed: spec.seed },
        ...{ psnr: of("psnr"), ssim: of("ssim"), perceptual: of("perceptual") },
        oracle: metrics["oracle.psnr"] as number,
        discrepancy: metrics["discrepancy.psnr"] ?? Number.NaN,
        "es-wmv": metrics["es-wmv.psnr"] ?? Number.NaN,
        seconds: (metrics.iterationsRun as number) * (metrics.secondsPerIteration as number),
      };
    }),
  );
}

/** Baselines and the chosen pair side by side: a row each, with the mean PSNR by how it is stopped. */
export function baselinesTable(frame: DataFrame): Row[] {
  const some = select(frame, { setting: ["pair", "baseline"] });
  const of = ["psnr", "oracle", "discrepancy", "es-wmv", "ssim", "perceptual", "seconds"];
  return meansBy(some, { by: ["setting", "value"], of }).map((row) => {
    const shown = (name: string) => (Number.isFinite(row[name]) ? (row[name] as number) : "–");
    return {
      fit: row.setting === "pair" ? "antithetic pair" : (row.value as string),
      ...{ images: row.images as number, wmv: shown("es-wmv"), discrepancy: shown("discrepancy"), own: shown("psnr") },
      ...{ oracle: shown("oracle"), ssim: shown("ssim"), perceptual: shown("perceptual"), seconds: shown("seconds") },
    };
  });
}

const chosenFit = "pair: as chosen";

const defaults = "default";

/** The settings of the recommended method as a frame, one row a trial. @param variants what the trials were planned as. */
export function tuningFrame(
  records: readonly TrialRecord<RestoreSpec>[],
  variants = namedRestoreVariants(),
): DataFrame {
  const named = new Map(variants.map(({ variant, spec }) => [trialKey(spec), variant]));
  return new DataFrame(
    records.map(({ key, spec, metrics }): Row => {
      const { setting = key, value = "" } = named.get(key) ?? {};
      const variant = setting === defaults ? defaults : `${setting}: ${value}`;
      const { psnr, ssim, perceptual } = metrics as Record<"psnr" | "ssim" | "perceptual", number>;
      return { variant, setting, value, image: spec.image.name, seed: spec.seed, psnr, ssim, perceptual };
    }),
  );
}

/**
 * What each variant of some settings changes against the chosen one, as `effectsOver` has it, a row each: PSNR of what is
 * returned and of the best image of the fit (dB), SSIM and perceptual distance (hundredths). None for fewer than two images.
 */
export function effectsTable(all: DataFrame, settings?: readonly string[]): Row[] {
  const isReference = ({ variant }: Row) => variant === chosenFit || variant === defaults;
  const rows = rowsOf(all).filter((row) => !settings || isReference(row) || settings.includes(row.setting as string));
  if (new Set(rows.map(({ image }) => image)).size < 2 || rows.every(isReference)) return [];
  const frame = new DataFrame(rows);
  const reference = rows.some(({ variant }) => variant === chosenFit) ? chosenFit : defaults;
  const differences = (of: string) =>
    frame.columns.includes(of)
      ? new Map(effectsOver(frame, { reference, of }).map((effect) => [effect.variant, effect.mean]))
      : undefined;
  const [best, ssim, perceptual] = ["oracle", "ssim", "perceptual"].map(differences);
  const titles = new Map(rows.map(({ variant, setting, value }) => [variant, { setting, value }]));
  return effectsOver(frame, { reference, of: "psnr" }).map(({ variant, mean: psnr, low, high, wins, p }): Row => {
    const { setting = "", value = "" } = titles.get(variant) ?? {};
    return {
      ...{ setting: setting as string, value: value as string, psnr, low, high, wins, p },
      ...(best && { best: best.get(variant) as number }),
      ...{ ssim: 100 * (ssim?.get(variant) as number), perceptual: 100 * (perceptual?.get(variant) as number) },
    };
  });
}

/** Rows of `effectsTable` as the table shows them: the interval in one column, and values that return the same images in one row. */
export function showEffects(rows: readonly Row[]): Row[] {
  const alike = groupBy(rows, ({ value: _, ...row }) => JSON.stringify(row));
  return [...alike.values()].map((own) => {
    const { low, high, setting, value: _, psnr, ...row } = own[0] as Row;
    const value = own.map((one) => one.value).join("; ");
    return {
      ...({ setting, value, psnr, interval: showRange({ low, high } as Record<"low" | "high", number>) } as Row),
      ...row,
    };
  });
}

/** The heads and digits of the columns of `showEffects`. */
export const effectsStyle = {
  titles: { psnr: "returned", interval: "95 %", best: "best of fit", ssim: "SSIM" },
  digits: { psnr: 2, wins: "%" as const, p: 3, best: 2, ssim: 2, perceptual: 2 },
};

const decibels = (error: number) => -10 * Math.log10(error);

/** What a fit had read at the last reading of each level of its noise curriculum. */
function levelEnds({ key, curves }: TrialRecord<DipFitSpec>): Record<string, number>[] {
  const { stage } = curves;
  if (!stage) throw new RangeError(`${key} has no noise curriculum`);
  return [...new Set(stage)].map((one) => {
    const last = stage.lastIndexOf(one);
    return Object.fromEntries(Object.entries(curves).map(([name, values]) => [name, values[last] as number]));
  });
}

/**
 * The reconstruction at the end of each level, mean over images: noise of the level (times 255), PSNR in dB against its noisy
 * target, by the risk estimate and against the clean image.
 */
export function curriculumTable(records: readonly TrialRecord<DipFitSpec>[]): Row[] {
  const ends = records.map(levelEnds);
  const levels = Math.max(0, ...ends.map(({ length }) => length));
  return Array.from({ length: levels }, (_, level) => {
    const own = ends.flatMap((one) => (one[level] ? [one[level]] : []));
    const of = (name: string, map = (value: number) => value) => mean(own.map((one) => map(one[name] as number)));
    return {
      ...{ level: level + 1, images: own.length, noise: 255 * of("level"), iteration: of("iteration") },
      ...{ target: of("loss", decibels), estimate: of("risk", (risk) => decibels(Math.max(1e-6, risk))) },
      ...{ clean: of("psnr"), ssim: of("ssim") },
    };
  });
}

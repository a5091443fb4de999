import { DataFrame } from "danfojs-node";
import { type TrialRecord, trialKey } from "ddpm-dip/trials";
import type { DipFitSpec } from "../methods/dipFit";
import { namedVariants } from "../plans/dipFits";
import { type Row, rowsOf, select, summarise } from "./frames";

/** The criteria that a variant may have, in the order in which one is taken for what it returns. */
const returning = ["risk", "held-out-10", "es-wmv", "last"] as const;

/**
 * Variants of the DIP fit as a frame: one row a trial, with what is varied (`setting`, `value`, `variant`: both), the quality of the
 * image that its own criterion returns (`psnr`, `ssim`, `perceptual`, `iteration`), the best of its trajectory (`oracle`), and what
 * the other criteria return: `discrepancy` and `es-wmv`, NaN where there are none. `relativeError` is that of the risk estimate.
 */
export function variantsFrame(records: readonly TrialRecord<DipFitSpec>[]): DataFrame {
  const named = new Map(namedVariants().map(({ variant, spec }) => [trialKey(spec), variant]));
  return new DataFrame(
    records.map(({ key, spec, metrics }): Row => {
      const { setting = spec.fit.kind, value = "" } = named.get(key) ?? {};
      const own = returning.find((name) => `${name}.psnr` in metrics) ?? "oracle";
      const of = (metric: string) => metrics[`${own}.${metric}`] as number;
      return {
        ...{ variant: `${setting}: ${value}`, setting, value, set: spec.image.from, image: spec.image.name },
        ...{ crop: spec.crop, sigma: Math.round(255 * spec.degradation.sigma), seed: spec.seed },
        ...{ psnr: of("psnr"), ssim: of("ssim"), perceptual: of("perceptual"), iteration: of("iteration") },
        oracle: metrics["oracle.psnr"] as number,
        discrepancy: metrics["discrepancy.psnr"] ?? Number.NaN,
        "es-wmv": metrics["es-wmv.psnr"] ?? Number.NaN,
        relativeError: own === "risk" ? Math.abs(of("risk") / of("error") - 1) : Number.NaN,
        seconds: (metrics.iterationsRun as number) * (metrics.secondsPerIteration as number),
      };
    }),
  );
}

/** Baselines and the chosen pair side by side: a row each, with the mean PSNR by how it is stopped. */
export function baselinesTable(frame: DataFrame): Row[] {
  const settings = ["pair", "baseline"];
  const some = select(frame, { setting: settings });
  const of = ["psnr", "oracle", "discrepancy", "es-wmv", "ssim", "perceptual", "seconds"];
  return rowsOf(summarise(some, { by: ["setting", "value"], of })).map((row) => {
    const shown = (name: string) => (Number.isFinite(row[`${name}Mean`]) ? (row[`${name}Mean`] as number) : "–");
    return {
      fit: row.setting === "pair" ? "antithetic pair" : (row.value as string),
      ...{ images: row.images as number, wmv: shown("es-wmv"), discrepancy: shown("discrepancy"), own: shown("psnr") },
      ...{ oracle: shown("oracle"), ssim: shown("ssim"), perceptual: shown("perceptual"), seconds: shown("seconds") },
    };
  });
}

import { DataFrame } from "danfojs-node";
import { type TrialRecord, trialKey } from "ddpm-dip/trials";
import type { DipFitSpec } from "../methods/dipFit";
import { namedVariants } from "../plans/dipFits";
import { effectsOver } from "./effects";
import { type Row, rowsOf, select, summarise } from "./frames";
import { showRange } from "./tasks";

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

/** The chosen fit, in the column `variant` of `variantsFrame`. */
const chosen = "pair: as chosen";

/**
 * What each variant of some settings changes against the chosen pair, a row each: the PSNR of what it returns and of the best image
 * of its fit (dB, mean difference), SSIM and perceptual distance (difference in hundredths), with the p-value of the first that holds
 * for all variants of the frame together.
 */
export function effectsTable(frame: DataFrame, settings: readonly string[]): Row[] {
  const known = new Set(rowsOf(frame).map(({ setting }) => setting));
  const some = settings.filter((setting) => known.has(setting));
  if (some.length === 0 || !known.has("pair")) return [];
  const on = select(frame, { setting: ["pair", ...some] });
  const [best, ssim, perceptual] = ["oracle", "ssim", "perceptual"].map(
    (of) => new Map(effectsOver(on, { reference: chosen, of }).map((one) => [one.variant, one.mean])),
  );
  const returned = effectsOver(frame, { reference: chosen, of: "psnr" });
  const titles = new Map(rowsOf(on).map(({ variant, setting, value }) => [String(variant), { setting, value }]));
  return returned
    .filter(({ variant }) => titles.has(variant))
    .map(({ variant, mean, low, high, wins, p }): Row => {
      const { setting = "", value = "" } = titles.get(variant) ?? {};
      return {
        ...{
          setting: setting as string,
          value: value as string,
          psnr: mean,
          interval: showRange({ low, high }),
          p,
          wins,
        },
        ...{ best: best?.get(variant) as number, ssim: 100 * (ssim?.get(variant) as number) },
        perceptual: 100 * (perceptual?.get(variant) as number),
      };
    });
}

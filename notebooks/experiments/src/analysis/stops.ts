import { DataFrame } from "danfojs-node";
import type { TrialRecord } from "ddpm-dip/trials";
import { max, mean, median, quantile } from "simple-statistics";
import type { DipFitSpec } from "../methods/dipFit";
import { type Row, rowsOf, select, summarise } from "./frames";

/** A stopping criterion as tables name it. */
interface Criterion {
  title: string;
  /** Whether it needs the noise level. */
  needsSigma: boolean;
}

const titles: Record<string, Criterion> = {
  last: { title: "last iterate", needsSigma: false },
  "fixed-500": { title: "500 iterations", needsSigma: false },
  "fixed-1000": { title: "1,000 iterations", needsSigma: false },
  "fixed-2000": { title: "2,000 iterations", needsSigma: false },
  discrepancy: { title: "discrepancy principle", needsSigma: true },
  "es-wmv": { title: "ES-WMV", needsSigma: false },
  "es-wmv-averaged": { title: "ES-WMV, averaged output", needsSigma: false },
  "es-emv": { title: "ES-EMV", needsSigma: false },
  "es-emv-averaged": { title: "ES-EMV, averaged output", needsSigma: false },
  "sub-images": { title: "sub-images (ESM)", needsSigma: false },
  "self-reference-channels": { title: "self-reference, channels", needsSigma: false },
  "self-reference-neighbours": { title: "self-reference, neighbours", needsSigma: false },
  "held-out-10": { title: "held-out pixels, 10 %", needsSigma: false },
  sure: { title: "SURE, zero crossing", needsSigma: true },
  "sure-averaged": { title: "SURE, averaged output", needsSigma: true },
  risk: { title: "risk estimate of the antithetic pair", needsSigma: true },
};

/** The oracle of plain DIP, in the column `variant`. */
export const oracleTitle = "oracle (upper bound)";

/**
 * The benchmark of stopping criteria as a frame: one row a criterion and trajectory, with the image that it returns (`psnr`, `ssim`,
 * `perceptual`), how far that is below the best averaged output of the same trajectory (`gap`, dB), where it stopped (`iteration`),
 * the best iteration (`best`), when it was known (`detection`) and after how many `seconds`. The oracle of plain DIP is among them.
 */
export function stopsFrame(records: readonly TrialRecord<DipFitSpec>[]): DataFrame {
  return new DataFrame(
    records.flatMap(({ spec, metrics }) => {
      const { image, crop, degradation, fit, seed } = spec;
      const at = { set: image.from, image: image.name, crop, sigma: Math.round(255 * degradation.sigma), seed };
      const runs = fit.kind === "criteria" ? (fit.runs ?? 1) : fit.kind === "split" && fit.pair ? 2 : 1;
      const best = metrics["oracle.psnr"] as number;
      const rowOf = (name: string, variant: string, needsSigma: boolean): Row => ({
        ...{ variant, needsSigma: needsSigma ? "yes" : "no", runs, ...at },
        ...Object.fromEntries(["psnr", "ssim", "perceptual"].map((one) => [one, metrics[`${name}.${one}`] as number])),
        ...{ gap: best - (metrics[`${name}.psnr`] as number), best: metrics["oracle.iteration"] as number },
        iteration: metrics[`${name}.iteration`] as number,
        detection: metrics[`${name}.detection`] ?? Number.NaN,
        seconds: metrics[`${name}.seconds`] ?? Number.NaN,
      });
      const rows = Object.entries(titles)
        .filter(([name]) => `${name}.psnr` in metrics)
        .map(([name, { title, needsSigma }]) =>
          rowOf(name, `${title}${runs > 1 && fit.kind === "criteria" ? ", two fits" : ""}`, needsSigma),
        );
      const isPlain = fit.kind === "criteria" && fit.training === "plain" && runs === 1;
      return [...(isPlain ? [rowOf("oracle", oracleTitle, false)] : []), ...rows];
    }),
  );
}

/** A row a criterion: quality with its interval over images, the gap to the oracle of the same trajectory, and what it costs. */
export function summariseStops(frame: DataFrame): Row[] {
  const means = rowsOf(summarise(frame, { by: ["variant", "needsSigma", "runs"], of: ["psnr", "ssim", "perceptual"] }));
  return means.map((row) => {
    const own = rowsOf(select(frame, { variant: row.variant as string }));
    const gaps = own.map(({ gap }) => gap as number);
    return {
      ...row,
      gapMedian: median(gaps),
      gap95: quantile(gaps, 0.95),
      gapWorst: max(gaps),
      failures: mean(gaps.map((gap) => Number(gap > 1))),
      detection: mean(own.map(({ detection }) => detection as number)),
      seconds: mean(own.map(({ seconds }) => seconds as number)),
    };
  });
}

import { DataFrame } from "danfojs-node";
import { bootstrapMean } from "ddpm-dip/metrics";
import type { TrialRecord } from "ddpm-dip/trials";
import { max, mean, median, min, quantile } from "simple-statistics";
import type { DipFitSpec } from "../spec";
import { nameSet } from "../tablePriors";
import { type Row, rowsOf, select, summarise } from "./frames";
import { groupBy, showRange } from "./tables";

/** This project's criterion, in the column `variant`. */
export const pairTitle = "risk estimate of the antithetic pair";

/** The stopping criteria as tables name them. */
const titles: Record<string, string> = {
  last: "last iterate",
  "fixed-500": "500 iterations",
  "fixed-1000": "1,000 iterations",
  "fixed-2000": "2,000 iterations",
  discrepancy: "discrepancy principle",
  "es-wmv": "ES-WMV",
  "es-wmv-averaged": "ES-WMV, averaged output",
  "es-emv": "ES-EMV",
  "sub-images": "sub-images (ESM)",
  "self-reference-channels": "self-reference, channels",
  "self-reference-neighbours": "self-reference, neighbours",
  "held-out-10": "held-out pixels, 10 %",
  sure: "SURE, zero crossing",
  "sure-averaged": "SURE, averaged output",
  risk: pairTitle,
};

/** Those that need the noise level. */
const needSigma = ["discrepancy", "sure", "sure-averaged", "risk"];

/** Of two plain fits, averaged, the rows that are shown: what a second fit brings to the best of those that need no other fit. */
const ofTwoPlain = ["fixed-1000", "discrepancy", "es-wmv-averaged"];

/** The oracle of plain DIP, an upper bound, in the column `variant`. */
export const oracleTitle = "oracle";

/**
 * The benchmark of stopping criteria as a frame: one row a criterion and trajectory, with the image that it returns (`psnr`, `ssim`,
 * `perceptual`), how far that is below the best averaged output of the same trajectory (`gap`, dB), the iteration at which it
 * was known (`detection`) and after how many `seconds`. The oracle of plain DIP is among them.
 */
export function stopsFrame(records: readonly TrialRecord<DipFitSpec>[]): DataFrame {
  return new DataFrame(
    records.flatMap(({ spec, metrics }) => {
      const { image, crop, degradation, fit, seed } = spec;
      const at = { set: image.from, image: image.name, crop, sigma: Math.round(255 * degradation.sigma), seed };
      const runs = fit.kind === "criteria" ? (fit.runs ?? 1) : fit.kind === "split" && fit.pair ? 2 : 1;
      const best = metrics["oracle.psnr"] as number;
      const rowOf = (name: string, variant: string): Row => ({
        ...{ variant, needsSigma: needSigma.includes(name) ? "yes" : "no", runs, ...at },
        ...Object.fromEntries(["psnr", "ssim", "perceptual"].map((one) => [one, metrics[`${name}.${one}`] as number])),
        gap: best - (metrics[`${name}.psnr`] as number),
        detection: metrics[`${name}.detection`] ?? Number.NaN,
        seconds: metrics[`${name}.seconds`] ?? Number.NaN,
      });
      const isTwoPlain = fit.kind === "criteria" && fit.training === "plain" && runs > 1;
      const rows = Object.entries(titles)
        .filter(([name]) => `${name}.psnr` in metrics && (!isTwoPlain || ofTwoPlain.includes(name)))
        .map(([name, title]) => rowOf(name, `${title}${runs > 1 && fit.kind === "criteria" ? ", two fits" : ""}`));
      const isPlain = fit.kind === "criteria" && fit.training === "plain" && runs === 1;
      return [...(isPlain ? [rowOf("oracle", oracleTitle)] : []), ...rows];
    }),
  );
}

/** The fit by Stein's estimate as it stands beside whole methods: its output, as its authors return it, and its outputs averaged. */
export const sureTitles = { sure: "DIP, SURE", "sure-averaged": "DIP, SURE, averaged" } as const;

/** That fit, stopped where its estimate crosses zero, as rows like those of `denoisersFrame`. */
export function sureFrame(records: readonly TrialRecord<DipFitSpec>[]): DataFrame {
  const stops = stopsFrame(records);
  const columns = ["image", "sigma", "seed", "psnr", "ssim", "perceptual", "seconds"] as const;
  return new DataFrame(
    Object.entries(sureTitles).flatMap(([name, variant]) =>
      rowsOf(select(stops, { variant: titles[name] as string })).map(({ set, crop, ...row }) => ({
        ...{ variant, set: nameSet(String(set), crop as number) },
        ...Object.fromEntries(columns.map((column) => [column, row[column]])),
      })),
    ),
  );
}

/**
 * What that fit would add to a trained denoiser by the best weight, known in hindsight: a row a set and output, with means over images of
 * DIP's PSNR, its weight and the gain over the better of the two, dB, with its interval and largest.
 */
export function mixtureTable(records: readonly TrialRecord<DipFitSpec>[]): Row[] {
  const rows = records.flatMap(({ spec: { image, crop }, metrics }) =>
    Object.entries(sureTitles).map(([name, output]) => ({
      ...{ set: nameSet(image.from, crop), output, psnr: metrics[`${name}.psnr`] as number },
      weight: metrics[`${name}.besideWeight`] as number,
      gain: metrics[`${name}.besideGain`] as number,
    })),
  );
  return [...groupBy(rows, ({ set, output }) => `${set}/${output}`).values()].map((some) => {
    const [{ set, output }] = some as [(typeof rows)[number]];
    const gains = some.map(({ gain }) => gain);
    const { mean: gain, ...range } = bootstrapMean(gains);
    const [psnr, weight] = [mean(some.map((row) => row.psnr)), mean(some.map((row) => row.weight))];
    return { set, images: some.length, output, psnr, weight, gain, interval: showRange(range), largest: max(gains) };
  });
}

/**
 * A row a criterion: quality with its interval over images, the gap to the oracle of the same trajectory, and what it costs: the mean
 * iteration at which it was known, and the seconds of so many at the pace of the quickest fit.
 */
export function summariseStops(frame: DataFrame): Row[] {
  const means = rowsOf(summarise(frame, { by: ["variant", "needsSigma", "runs"], of: ["psnr", "ssim", "perceptual"] }));
  return means.map((row) => {
    const own = rowsOf(select(frame, { variant: row.variant as string }));
    const gaps = own.map(({ gap }) => gap as number);
    const detection = mean(own.map((one) => one.detection as number));
    // Of a shared machine the quickest is the nearest to what it takes alone.
    const perIteration = min(own.map((one) => (one.seconds as number) / (one.detection as number)));
    return {
      ...row,
      gapMedian: median(gaps),
      gap95: quantile(gaps, 0.95),
      gapWorst: max(gaps),
      failures: mean(gaps.map((gap) => Number(gap > 1))),
      detection,
      seconds: detection * perIteration,
    };
  });
}

/** A criterion in fewer words, for a narrow column: the number of its fits has one of its own. */
const shortCriterion = (variant: string) =>
  variant
    .replace(pairTitle, "antithetic pair, risk")
    .replace(", two fits", "")
    .replace("averaged output", "averaged")
    .replace("held-out pixels, 10 %", "held-out pixels");

/** A row of `summariseStops` as the table shows it. */
export function showStops(row: Row): Row {
  const { variant, needsSigma, runs, psnrMean, psnrLow, psnrHigh, ssimMean, perceptualMean } = row;
  const shown = (name: string) => row[name] as number;
  const ends = { low: psnrLow as number, high: psnrHigh as number };
  return {
    ...{ criterion: shortCriterion(String(variant)), sigma: needsSigma as string, fits: runs as number },
    ...{ psnr: psnrMean as number, interval: showRange(ends, { digits: 1 }) },
    ...{ ssim: ssimMean as number, perceptual: perceptualMean as number, gapMedian: shown("gapMedian") },
    ...{ gapWorst: shown("gapWorst"), over1dB: `${(100 * shown("failures")).toFixed(0)} %` },
    seconds: Number.isFinite(row.seconds) ? shown("seconds") : "–",
  };
}

/** The heads of the columns of `showStops`. */
export const stopsTitles = {
  ...{ sigma: "needs σ", psnr: "PSNR", interval: "95 %", ssim: "SSIM", gapMedian: "gap", gapWorst: "worst" },
  ...{ over1dB: "> 1 dB", seconds: "s" },
};

/**
 * A row a criterion of those that every condition has (a set at a noise level): under each the mean PSNR of what is returned, and the
 * median and worst gap to the oracle of the same trajectory as text.
 */
export function stopsByCondition(frame: DataFrame): Row[] {
  const titleOf = ({ set, sigma }: Row) => (set === "other" ? "other kinds" : `σ ${sigma}`);
  const rows = rowsOf(frame).map((row) => ({ row, title: titleOf(row), variant: String(row.variant) }));
  const conditions = [...new Set(rows.map(({ title }) => title))];
  return [...groupBy(rows, ({ variant }) => variant)].flatMap(([variant, own]) => {
    const cells = conditions.map((title) => [title, own.filter((one) => one.title === title)] as const);
    if (cells.some(([, trials]) => trials.length === 0)) return [];
    const shown = cells.flatMap(([title, trials]) => {
      const gaps = trials.map(({ row }) => row.gap as number);
      const psnr = mean(trials.map(({ row }) => row.psnr as number));
      return [
        [title, psnr] as const,
        [`gap, ${title}`, `${median(gaps).toFixed(2)} (${max(gaps).toFixed(2)})`] as const,
      ];
    });
    return [{ criterion: shortCriterion(variant), ...Object.fromEntries(shown) }];
  });
}

/** What each criterion returns for one image, of the trials that keep their pictures, with its PSNR below. */
export function returnedImages(
  records: readonly TrialRecord<DipFitSpec>[],
  image: string,
): { source: string; label: string }[] {
  const own = records.filter(({ spec, images }) => spec.image.name === image && Object.keys(images).length > 0);
  const plain = own.find(({ spec }) => spec.fit.kind === "criteria" && spec.fit.training === "plain");
  const pictures = [...(plain ? [{ record: plain, name: "oracle", title: oracleTitle }] : [])];
  for (const record of own.filter(({ spec }) => spec.fit.kind !== "criteria" || !spec.fit.runs)) {
    for (const name of Object.keys(titles).filter((one) => one in record.images && !one.startsWith("fixed"))) {
      pictures.push({ record, name, title: titles[name] ?? name });
    }
  }
  return pictures.map(({ record, name, title }) => ({
    source: record.images[name] as string,
    label: `${title.replace(/, | of the | (?=principle)/, "<br>")}<br>${(record.metrics[`${name}.psnr`] as number).toFixed(1)} dB`,
  }));
}

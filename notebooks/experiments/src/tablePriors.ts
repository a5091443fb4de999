import { bootstrapMean } from "ddpm-dip/metrics";
import { mean, median } from "simple-statistics";
import type { SpecOf, TrialRecord } from "./spec";

type Denoiser = SpecOf<"denoiser">;

/** One denoiser on one set at one noise level. */
export type PriorRow = {
  prior: string;
  set: string;
  /** Times 255. */
  sigma: number;
  images: number;
  /** Mean PSNR over the images, dB, and the ends of its 95 % bootstrap interval. */
  psnrMean: number;
  psnrLow: number;
  psnrHigh: number;
  ssimMean: number;
  /** Not a number where it was not measured on every image. */
  perceptualMean: number;
  /** Median of the denoising of one image. */
  seconds: number;
};

const tools: Record<Exclude<Denoiser["denoiser"]["kind"], "prior">, string> = {
  noisy: "noisy",
  "zs-n2n": "ZS-N2N",
  cbm3d: "CBM3D",
  nlm: "NLM",
  tv: "TV",
};

const sets: Record<Denoiser["image"]["from"], string> = {
  photos: "embedded photos",
  paper: "images of DIP's paper",
  set14: "Set14",
  cbsd68: "CBSD68",
  "bsd400-tune": "BSD400, tune",
};

/** What a denoiser is called in a table: a prior by its checkpoint, with a mark for a self-ensemble. */
export function nameDenoiser(denoiser: Denoiser["denoiser"]): string {
  if (denoiser.kind !== "prior") return tools[denoiser.kind];
  return `${denoiser.checkpoint.name}${denoiser.selfEnsemble ? " ×8" : ""}`;
}

function nameSet({ image, crop }: Denoiser): string {
  return `${sets[image.from]}, ${crop === "full" ? "whole" : `${crop}x${crop}`}`;
}

/**
 * Trials of denoisers as a table: a row for each denoiser with its settings, set and noise level, in the order in which the
 * trials come. Seeds of an image are averaged first; means and intervals are over the images.
 * @param records of `planPriors` or others; those of other methods are passed over.
 */
export function tablePriors(records: readonly TrialRecord[]): PriorRow[] {
  const groups = new Map<string, { spec: Denoiser; records: TrialRecord[] }>();
  for (const record of records) {
    const { spec } = record;
    if (spec.method !== "denoiser") continue;
    const key = JSON.stringify([spec.denoiser, nameSet(spec), spec.sigma]);
    const group = groups.get(key) ?? { spec, records: [] };
    groups.set(key, group);
    group.records.push(record);
  }
  return [...groups.values()].map(({ spec, records: own }) => {
    const psnr = overImages(own, "psnr");
    const { mean: psnrMean, low: psnrLow, high: psnrHigh } = bootstrapMean(psnr);
    return {
      prior: nameDenoiser(spec.denoiser),
      set: nameSet(spec),
      sigma: Number((255 * spec.sigma).toFixed(6)),
      images: psnr.length,
      psnrMean,
      psnrLow,
      psnrHigh,
      ssimMean: mean(overImages(own, "ssim")),
      perceptualMean: mean(overImages(own, "perceptual")),
      seconds: median(overImages(own, "seconds")),
    };
  });
}

/** A metric's mean over the seeds of each image. */
function overImages(records: readonly TrialRecord[], name: string): number[] {
  const byImage = new Map<string, number[]>();
  for (const { spec, metrics } of records) {
    const image = (spec as Denoiser).image.name;
    byImage.set(image, [...(byImage.get(image) ?? []), metrics[name] ?? Number.NaN]);
  }
  return [...byImage.values()].map(mean);
}

/** Levels that `comparePriors` has a column for, as sigma times 255, whether there are trials or not. */
const comparedSigmas = [15, 25, 50] as const;

/** A denoiser in one row: its PSNR at each level, and what else there is at one of them. Text where a cell is empty. */
export type PriorSummary = Record<string, string | number>;

/**
 * The rows of `tablePriors` side by side: one row a denoiser, with its mean PSNR on crops at each level and its 95 % interval at
 * sigma 25, and there too SSIM, the perceptual distance and the seconds of a crop, and the PSNR on whole images.
 */
export function comparePriors(rows: readonly PriorRow[]): PriorSummary[] {
  const dash = "–";
  const isWhole = ({ set }: PriorRow) => set.endsWith("whole");
  const names = [...new Set(rows.map(({ prior }) => prior))];
  return names.map((prior) => {
    const own = rows.filter((row) => row.prior === prior);
    const at = (sigma: number) => own.find((row) => row.sigma === sigma && !isWhole(row));
    const middle = at(25);
    const interval = middle ? `${middle.psnrLow.toFixed(2)} to ${middle.psnrHigh.toFixed(2)}` : dash;
    return {
      prior,
      ...Object.fromEntries(comparedSigmas.map((sigma) => [`psnr${sigma}`, at(sigma)?.psnrMean ?? dash])),
      interval,
      ssim: middle?.ssimMean ?? dash,
      perceptual: middle?.perceptualMean ?? dash,
      whole: own.find((row) => isWhole(row) && row.sigma === 25)?.psnrMean ?? dash,
      seconds: middle?.seconds ?? dash,
    };
  });
}

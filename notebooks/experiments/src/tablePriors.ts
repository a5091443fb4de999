import { DataFrame } from "danfojs-node";
import { priorsOf } from "ddpm-dip/fusion";
import { frameOf, rowsOf, stack, summarise } from "./analysis/frames";
import { showRange } from "./analysis/showRange";
import type { RestoreSpec } from "./methods/specs/restore";
import type { SpecOf, TrialRecord } from "./spec";

type Denoiser = SpecOf<"denoiser">;

const tools: Record<Exclude<Denoiser["denoiser"]["kind"], "prior">, string> = {
  noisy: "noisy",
  cbm3d: "CBM3D",
  nlm: "NLM",
  tv: "TV",
};

const sets: Record<string, string> = {
  photos: "embedded photos",
  other: "other kinds",
  set14: "Set14",
  cbsd68: "CBSD68",
  "bsd400-tune": "BSD400, tune",
};

/** What a denoiser is called in a table: a prior by its checkpoint, with a mark for a self-ensemble. */
export function nameDenoiser({ denoiser }: Pick<Denoiser, "denoiser">): string {
  if (denoiser.kind !== "prior") return tools[denoiser.kind];
  return `${denoiser.checkpoint.name}${denoiser.selfEnsemble ? " ×8" : ""}`;
}

/** What a trial of the recommended method is called: the networks that are fitted to the image, and DIP where it is. */
export function nameRestore({ priors, settings: { adaptations, iterations } }: RestoreSpec): string {
  const parts = [...priors.map(({ name }) => name), ...(iterations > 0 ? ["DIP"] : [])];
  return adaptations > 0 ? `${parts.join(" + ")}, adapted` : `${parts.join(" + ")}, fast`;
}

/** The DDPM of the recommended method, and the method itself, as tables name them. */
export const recommended = {
  ddpm: priorsOf("denoise").at(-1) as string,
  usual: `${priorsOf("denoise").join(" + ")}, adapted`,
  fast: `${priorsOf("denoise").join(" + ")}, fast`,
} as const;

/**
 * Trials of denoisers and of the recommended method as a frame: one row a trial, the variant named as in the tables and `set` with
 * the crop in it.
 */
export function denoisersFrame(
  denoisers: readonly TrialRecord<Denoiser>[],
  restored: readonly TrialRecord<RestoreSpec>[] = [],
): DataFrame {
  const frames = [frameOf(denoisers, nameDenoiser), ...(restored.length > 0 ? [frameOf(restored, nameRestore)] : [])];
  return new DataFrame(
    rowsOf(stack(frames)).map((row) => ({ ...row, set: nameSet(row.set as string, row.crop as number | "full") })),
  );
}

/** What a set of images is called in tables, with the crop. */
export function nameSet(from: string, crop: number | "full"): string {
  return `${sets[from] ?? from}, ${crop === "full" ? "whole" : `${crop}x${crop}`}`;
}

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
  perceptualMean: number;
  /** Mean of the denoising of one image. */
  seconds: number;
};

/** A row for each denoiser, set and noise level, in the order in which the trials come. */
export function tablePriors(frame: DataFrame): PriorRow[] {
  const of = ["psnr", "ssim", "perceptual", "seconds"];
  return rowsOf(summarise(frame, { by: ["variant", "set", "sigma"], of })).map((row) => {
    const number = (name: string) => row[name] as number;
    return {
      ...{ prior: String(row.variant), set: String(row.set), sigma: number("sigma"), images: number("images") },
      ...{ psnrMean: number("psnrMean"), psnrLow: number("psnrLow"), psnrHigh: number("psnrHigh") },
      ...{ ssimMean: number("ssimMean"), perceptualMean: number("perceptualMean"), seconds: number("secondsMean") },
    };
  });
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
    const interval = middle ? showRange({ low: middle.psnrLow, high: middle.psnrHigh }) : dash;
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

/** The mean PSNR of each denoiser at one level, in a column for each set of crops on which it was measured. */
export function priorsBySet(rows: readonly PriorRow[], sigma: number): PriorSummary[] {
  const own = rows.filter((row) => row.sigma === sigma && !row.set.endsWith("whole"));
  const sets = [...new Set(own.map(({ set }) => set))];
  return [...new Set(own.map(({ prior }) => prior))].map((prior) => {
    const at = (set: string) => own.find((row) => row.prior === prior && row.set === set)?.psnrMean ?? "–";
    return { prior, ...Object.fromEntries(sets.map((set) => [set.split(",")[0] as string, at(set)])) };
  });
}

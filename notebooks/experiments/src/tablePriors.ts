import { DataFrame } from "danfojs-node";
import { type Effort, priorsOf, settingsOf } from "ddpm-dip/fusion";
import { frameOf, rowsOf, stack, summarise } from "./analysis/frames";
import { groupBy, pivot, type Row, showRange } from "./analysis/tables";
import type { DenoiserSpec, RestoreSpec, TrialRecord } from "./spec";

const tools: Record<Exclude<DenoiserSpec["denoiser"]["kind"], "prior">, string> = {
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
export function nameDenoiser({ denoiser }: Pick<DenoiserSpec, "denoiser">): string {
  if (denoiser.kind !== "prior") return tools[denoiser.kind];
  return `${denoiser.checkpoint.name}${denoiser.selfEnsemble ? " ×8" : ""}`;
}

/** What a trial of the recommended method is called: the networks that are fitted to the image, and DIP where it is. */
export function nameRestore({
  priors,
  settings,
}: Pick<RestoreSpec, "settings"> & { priors: { name: string }[] }): string {
  const { adaptations, adaptedPriors = priors.length, iterations } = settings;
  const fitted = adaptations > 0 ? adaptedPriors : 0;
  const parts = [
    ...priors.map(({ name }, i) => (i < fitted ? `${name} fitted` : name)),
    ...(iterations > 0 ? ["DIP"] : []),
  ];
  return `${parts.join(" + ")}${fitted > 0 ? "" : ", fast"}`;
}

const nameEffort = (effort: Effort) =>
  nameRestore({
    priors: priorsOf("denoise", effort).map((name) => ({ name })),
    settings: settingsOf("denoise", effort) as RestoreSpec["settings"],
  });

/** The DDPM of the recommended method, and the method itself by effort, as tables name them. */
export const recommended = {
  ddpm: priorsOf("denoise").at(-1) as string,
  thorough: nameEffort("thorough"),
  usual: nameEffort("usual"),
  fast: nameEffort("fast"),
} as const;

/** Trials of denoisers and of the recommended method as a frame, named as in the tables, `set` with the crop in it. */
export function denoisersFrame(
  denoisers: readonly TrialRecord<DenoiserSpec>[],
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

/** One denoiser on one set at one noise level: means over images with their intervals. */
export type PriorRow = Row & { prior: string; set: string; sigma: number; images: number; psnrMean: number };

/** A row for each denoiser, set and noise level, in the order in which the trials come. */
export function tablePriors(frame: DataFrame): PriorRow[] {
  const of = ["psnr", "ssim", "perceptual", "seconds"];
  const means = rowsOf(summarise(frame, { by: ["variant", "set", "sigma"], of }));
  return means.map(({ variant, ...row }) => ({ prior: variant, ...row }) as PriorRow);
}

/** Levels that `comparePriors` has a column for, as sigma times 255, whether there are trials or not. */
const comparedSigmas = [15, 25, 50] as const;

const isWhole = ({ set }: Row) => String(set).endsWith("whole");

/**
 * The rows of `tablePriors` side by side, a row a denoiser: mean PSNR on crops by level, the rest at sigma 25, and the PSNR on
 * whole images.
 */
export function comparePriors(rows: readonly Row[]): Row[] {
  return [...groupBy(rows, ({ prior }) => prior)].map(([prior, own]) => {
    const at = (sigma: number, whole = false) => own.find((row) => row.sigma === sigma && isWhole(row) === whole) ?? {};
    const { psnrLow: low, psnrHigh: high, ssimMean, perceptualMean, secondsMean }: Partial<Row> = at(25);
    return {
      prior: prior as string,
      ...Object.fromEntries(comparedSigmas.map((sigma) => [`psnr${sigma}`, at(sigma).psnrMean ?? "–"])),
      interval: low === undefined ? "–" : showRange({ low, high } as { low: number; high: number }),
      ...{ ssim: ssimMean ?? "–", perceptual: perceptualMean ?? "–" },
      ...{ whole: at(25, true).psnrMean ?? "–", seconds: secondsMean ?? "–" },
    };
  });
}

/** The mean PSNR of each denoiser at one level, in a column for each set of crops on which it was measured. */
export function priorsBySet(rows: readonly Row[], sigma: number): Row[] {
  return pivot(
    rows.filter((row) => row.sigma === sigma && !isWhole(row)),
    {
      by: ({ prior }) => ({ prior }) as Row,
      into: ({ set }) => String(set).split(",")[0] as string,
      of: ({ psnrMean }) => psnrMean as number,
    },
  );
}

import { DataFrame } from "danfojs-node";
import type { TrialRecord } from "ddpm-dip/trials";
import { mean, median } from "simple-statistics";
import { mixtures } from "../bestMixture";
import type { RestoreSpec } from "../spec";
import { nameRestore, nameSet, type PriorRow, recommended, tablePriors } from "../tablePriors";
import { meansBy, pair, type Row, rowsOf, select, stack, summarise } from "./frames";
import { groupBy, showRange } from "./tables";

/** The trials of a variant of `restore`, without the one whose noisy image is a file's. */
const restoredBy = (records: readonly TrialRecord<RestoreSpec>[], variant: string) =>
  records.filter(({ spec }) => nameRestore(spec) === variant && !spec.degradation.asFile);

/**
 * The parts of the recommended method as a frame, one row an image that was weighed; `gain` is what the result has over it, dB.
 */
export function partsFrame(records: readonly TrialRecord<RestoreSpec>[]): DataFrame {
  return new DataFrame(
    records.flatMap(({ spec, metrics }) => {
      const { image, crop, degradation, priors, settings, seed } = spec;
      const names = [...(settings.iterations > 0 ? ["DIP"] : []), ...priors.map(({ name }) => name)];
      return names.flatMap((part, i): Row[] => {
        const psnr = metrics[`part${i + 1}.psnr`];
        if (psnr === undefined) return [];
        const of = (name: string) => metrics[`part${i + 1}.${name}`] ?? Number.NaN;
        return [
          {
            ...{ variant: nameRestore(spec), part, set: nameSet(image.from, crop), image: image.name },
            ...{ sigma: Math.round(255 * degradation.sigma), seed, psnr, ssim: of("ssim"), weight: of("weight") },
            gain: (metrics.psnr as number) - psnr,
          },
        ];
      });
    }),
  );
}

/**
 * The mean squared errors of all mixtures of two images. @param psnr of the two and of one mixture, dB. @param weight of the
 * first in it.
 * @returns the error at a weight of the first, the best weight, and the mean product of the two errors over the lesser of their
 *   squares (`alike`); undefined where the mixture is one of them.
 */
function mixErrors([one, other, mixed]: readonly [number, number, number], weight: number) {
  const [w, rest] = [weight, 1 - weight];
  if (Math.min(w, rest) < 0.02) return undefined;
  const [a, b, m] = [one, other, mixed].map((psnr) => 10 ** (-psnr / 10)) as [number, number, number];
  const product = (m - w ** 2 * a - rest ** 2 * b) / (2 * w * rest);
  return { ...mixtures(a, b, product), alike: product / Math.min(a, b) };
}

const toPsnr = (error: number) => -10 * Math.log10(error);

/**
 * Ways to join the two images of the recommended method, a row a set: mean PSNR in dB, on the `mixed` of `images` in which both
 * have weight, for elsewhere the product of their errors is not known (`mixErrors`).
 */
export function stackersTable(records: readonly TrialRecord<RestoreSpec>[]): Row[] {
  const rows = restoredBy(records, recommended.usual).flatMap(({ spec: { image, crop, degradation }, metrics }) => {
    if (Math.round(255 * degradation.sigma) !== 25) return [];
    const of = (name: string) => metrics[name] as number;
    const psnrs = [of("part1.psnr"), of("part2.psnr"), of("psnr")] as const;
    const mixture = mixErrors(psnrs, of("part1.weight"));
    return [{ set: nameSet(image.from, crop), psnrs, mixture, picksFirst: of("part1.risk") < of("part2.risk") }];
  });
  return [...groupBy(rows, ({ set }) => set)].flatMap(([set, some]) => {
    const mixed = some.flatMap(({ mixture, ...row }) => (mixture ? [{ ...row, mixture }] : []));
    if (mixed.length === 0) return [];
    const over = (read: (row: (typeof mixed)[number]) => number) => mean(mixed.map(read));
    return [
      {
        ...{ set, images: some.length, mixed: mixed.length, fitted: over(({ psnrs }) => psnrs[0]) },
        ...{ ddpm: over(({ psnrs }) => psnrs[1]), pick: over(({ psnrs, picksFirst }) => psnrs[picksFirst ? 0 : 1]) },
        ...{ half: over(({ mixture }) => toPsnr(mixture.at(0.5))), stack: over(({ psnrs }) => psnrs[2]) },
        ...{
          best: over(({ mixture }) => toPsnr(mixture.at(mixture.best))),
          alike: over(({ mixture }) => mixture.alike),
        },
      },
    ];
  });
}

/** Image by image of a set at sigma 25: the PSNR of a variant (`over`) and what others have over it, a column each, dB. */
export function gainByImage(
  frame: DataFrame,
  set: string,
  { over, of }: { over: string; of: Readonly<Record<string, string>> },
): Row[] {
  const at = rowsOf(frame).filter((row) => String(row.set).startsWith(set) && row.sigma === 25);
  const psnrOf = (variant: string, image: string) =>
    (at.find((row) => row.variant === variant && row.image === image)?.psnr as number) ?? Number.NaN;
  return at
    .filter(({ variant }) => variant === over)
    .map(({ image, psnr }) => {
      const gainOf = (variant: string) => psnrOf(variant, String(image)) - Number(psnr);
      const gains = Object.entries(of).map(([column, variant]) => [column, gainOf(variant)]);
      return { image: image as string, over: psnr as number, ...Object.fromEntries(gains) } as Row;
    });
}

const stackColumns = ["dip", "ddpm", "psnr", "dipRatio", "ddpmRatio", "weight"];

/**
 * DIP and one DDPM, weighed by the risk estimate, a row a set and DDPM: means over images; the ratios are of estimated to true
 * error, `gain` is over the better of the two on each image, dB, and `possible` that of the best weight, known in hindsight.
 */
export function stackTable(records: readonly TrialRecord<RestoreSpec>[]): Row[] {
  const rows = records.map(({ spec: { image, crop, priors }, metrics }) => {
    const names = ["part1.psnr", "part2.psnr", "psnr", "part1.weight"];
    const [dip, ddpm, psnr, weight] = names.map((name) => metrics[name]) as [number, number, number, number];
    const better = Math.max(dip, ddpm);
    const ratioOf = (part: string) =>
      (metrics[`${part}.risk`] as number) * 10 ** ((metrics[`${part}.psnr`] as number) / 10);
    const mixture = mixErrors([dip, ddpm, psnr], weight);
    return {
      ...{ set: nameSet(image.from, crop), prior: priors[0]?.name as string, image: image.name, seed: 1 },
      ...{ dip, ddpm, psnr, weight, dipRatio: ratioOf("part1"), ddpmRatio: ratioOf("part2"), gain: psnr - better },
      possible: mixture ? 10 * Math.log10(10 ** (-better / 10) / mixture.at(mixture.best)) : Number.NaN,
    };
  });
  return rowsOf(summarise(new DataFrame(rows), { by: ["set", "prior"], of: [...stackColumns, "gain"] })).map(
    ({ set, prior, images, gainMean: gain, gainLow: low, gainHigh: high, ...row }) => {
      const own = rows.filter((one) => one.set === set && one.prior === prior);
      const worst = Math.min(...own.map((one) => one.gain));
      const mixed = own.map((one) => one.possible).filter(Number.isFinite);
      const possible = mixed.length > 0 ? mean(mixed) : "–";
      const means = Object.fromEntries(stackColumns.map((name) => [name, row[`${name}Mean`]]));
      return { set, prior, images, ...means, gain, low, high, worst, possible } as Row;
    },
  );
}

/** A row a set, method and part: its mean quality and weight, and what weighing adds to it. */
export function partsTable(frame: DataFrame): Row[] {
  return meansBy(frame, { by: ["set", "variant", "part"], of: ["psnr", "weight", "gain"] });
}

/** A row a set and noise level: on how many images a variant of `restore` returned the fitted networks rather than the trained ones. */
export function keptTable(records: readonly TrialRecord<RestoreSpec>[], variant: string): Row[] {
  const rows = restoredBy(records, variant).map(({ spec: { image, crop, degradation }, metrics }) => ({
    ...{ set: nameSet(image.from, crop), sigma: Math.round(255 * degradation.sigma), isKept: metrics.kept === 1 },
  }));
  return [...groupBy(rows, ({ set, sigma }) => `${set}/${sigma}`).values()].map((some) => {
    const [{ set, sigma }] = some as [(typeof rows)[number]];
    return { set, sigma, images: some.length, kept: some.filter(({ isKept }) => isKept).length };
  });
}

/** How far risk estimates are from the true errors, relatively. @param trials the `risk` and the `error` of each. */
export function calibration(trials: readonly Record<string, number>[]): Row {
  const off = trials.map(({ risk, error }) => Math.abs((risk as number) / (error as number) - 1));
  return { trials: off.length, mean: mean(off), median: median(off), worst: Math.max(...off) };
}

/** FFDNet fitted to the image, as it is called where it stands beside whole methods. */
export const fittedTitle = "ffdnet fitted";

/** A part of a restoration alone, as rows beside those of `denoisersFrame`: without its seconds and perceptual distance. */
function partAlone(records: readonly TrialRecord<RestoreSpec>[], name: string, variant: string): Row[] {
  return rowsOf(partsFrame(records)).flatMap(({ part, set, image, sigma, seed, psnr, ssim }) =>
    part === name ? [{ variant, set, image, sigma, seed, psnr, ssim } as Row] : [],
  );
}

/** FFDNet fitted to the image, from the trials of the recommended method. */
export function fittedAlone(restored: readonly TrialRecord<RestoreSpec>[]): Row[] {
  return partAlone(restoredBy(restored, recommended.usual), "ffdnet", fittedTitle);
}

/** The antithetic pair of untrained networks, as it is called where it stands beside whole methods. */
export const pairAloneTitle = "DIP, pair";

/** The pair, from the trials in which it stands beside a DDPM. */
export const pairAlone = (stacked: readonly TrialRecord<RestoreSpec>[]): Row[] =>
  partAlone(stacked, "DIP", pairAloneTitle);

/** The denoisers of a frame and that part, one below the other, with the columns that both have. */
export function withFitted(frame: DataFrame, restored: readonly TrialRecord<RestoreSpec>[]): DataFrame {
  const alone = fittedAlone(restored);
  return alone.length > 0 ? stack([frame, new DataFrame(alone)]) : frame;
}

/** The rows of `tablePriors` for `fittedAlone`, of which the PSNR is known and mostly the SSIM: "–" for what is not. */
export function meansAlone(rows: readonly Row[]): PriorRow[] {
  if (rows.length === 0) return [];
  const dashed = (row: Row) => Object.entries(row).map(([name, value]) => [name, Number.isNaN(value) ? "–" : value]);
  const blank = rows.map((row) => ({ ...row, perceptual: Number.NaN, seconds: Number.NaN }));
  return tablePriors(new DataFrame(blank)).map((row) => Object.fromEntries(dashed(row)) as PriorRow);
}

/** Each prior alone as it was trained and fitted to the image, from the frame of tuning: a row a prior, with the gain by the fit. */
export function priorStrengthTable(frame: DataFrame, priors: readonly string[]): Row[] {
  return priors.map((prior) => {
    const [fitted, trained] = [`one prior, fitted: ${prior}`, `one prior, as trained: ${prior}`] as const;
    const of = (variant: string) => mean(rowsOf(select(frame, { variant })).map(({ psnr }) => psnr as number));
    const gain = pair(frame, { of: "psnr", variants: [fitted, trained] });
    return {
      ...{ prior, trained: of(trained), fitted: of(fitted), gain: gain.mean, interval: showRange(gain) },
      wins: gain.wins,
    };
  });
}

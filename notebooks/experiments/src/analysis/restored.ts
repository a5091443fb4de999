import { DataFrame } from "danfojs-node";
import type { TrialRecord } from "ddpm-dip/trials";
import { mean, median } from "simple-statistics";
import type { RestoreSpec } from "../methods/restore";
import { nameRestore, nameSet } from "../tablePriors";
import { type Row, rowsOf, summarise } from "./frames";

/**
 * The parts of the recommended method as a frame: one row an image that was weighed, with its quality, its weight, its estimated
 * risk and what the result has over it, dB. The parts stand in the order of the priors, DIP last.
 */
export function partsFrame(records: readonly TrialRecord<RestoreSpec>[]): DataFrame {
  return new DataFrame(
    records.flatMap(({ spec, metrics }) => {
      const { image, crop, degradation, priors, settings, seed } = spec;
      const names = [...priors.map(({ name }) => name), ...(settings.iterations > 0 ? ["DIP"] : [])];
      return names.flatMap((part, i): Row[] => {
        const psnr = metrics[`part${i + 1}.psnr`];
        if (psnr === undefined) return [];
        const [weight, risk] = ["weight", "risk"].map((name) => metrics[`part${i + 1}.${name}`] ?? Number.NaN);
        return [
          {
            ...{ variant: nameRestore(spec), part, set: nameSet(image.from, crop), image: image.name, crop },
            ...{
              sigma: Math.round(255 * degradation.sigma),
              seed,
              psnr,
              weight: weight as number,
              risk: risk as number,
            },
            gain: (metrics.psnr as number) - psnr,
          },
        ];
      });
    }),
  );
}

/** A row a set, method and part: its mean quality and weight, and what weighing adds to it. */
export function partsTable(frame: DataFrame): Row[] {
  const of = ["psnr", "weight", "gain"];
  return rowsOf(summarise(frame, { by: ["set", "variant", "part"], of })).map((row) => ({
    ...{ set: row.set as string, variant: row.variant as string, part: row.part as string },
    images: row.images as number,
    ...Object.fromEntries(of.map((name) => [name, row[`${name}Mean`] as number])),
  }));
}

/**
 * How far a risk estimate is from the true error: the mean, median and largest relative error.
 * @param trials the `risk` and the `error` of each.
 */
export function calibration(trials: readonly Record<string, number>[]): Row {
  const off = trials.map(({ risk, error }) => Math.abs((risk as number) / (error as number) - 1));
  return { trials: off.length, mean: mean(off), median: median(off), worst: Math.max(...off) };
}

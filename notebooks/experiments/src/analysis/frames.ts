import { DataFrame, toJSON } from "danfojs-node";
import { bootstrapMean } from "ddpm-dip/metrics";
import type { AnySpec, TrialRecord } from "ddpm-dip/trials";
import { mean, median } from "simple-statistics";
import { groupBy, meansByImage, type Row } from "./tables";

export type { Row } from "./tables";

export function rowsOf(frame: DataFrame): Row[] {
  return toJSON(frame) as Row[];
}

interface ImageSpec extends AnySpec {
  image: { from: string; name: string };
  crop: number | "full";
  sigma?: number;
  degradation?: { sigma: number };
  seed?: number;
  seeds?: { noise: number };
}

/**
 * Trials as a frame of danfo.js, one row a trial: what names it (`sigma` times 255) and the metrics that all of them have.
 * @param nameVariant what a trial is called in the tables. @throws RangeError when there is no trial.
 */
export function frameOf<Spec extends ImageSpec>(
  records: readonly TrialRecord<Spec>[],
  nameVariant: (spec: Spec) => string,
): DataFrame {
  const [first] = records;
  if (!first) throw new RangeError("a frame of no trials was asked for");
  const metrics = Object.keys(first.metrics).filter((name) => records.every((record) => name in record.metrics));
  return new DataFrame(
    records.map(({ spec, metrics: measured }): Row => {
      const { image, crop, sigma = spec.degradation?.sigma ?? Number.NaN, seed = spec.seeds?.noise ?? 0 } = spec;
      return {
        ...{ variant: nameVariant(spec), set: image.from, image: image.name, crop },
        ...{ sigma: Number((255 * sigma).toFixed(6)), seed },
        ...Object.fromEntries(metrics.map((name) => [name, measured[name] as number])),
      };
    }),
  );
}

/** The frames below each other, with the columns that all of them have. */
export function stack(frames: readonly DataFrame[]): DataFrame {
  const [first, ...others] = frames.map(rowsOf);
  const columns = Object.keys(first?.[0] ?? {}).filter((name) => others.every(([row]) => row && name in row));
  const rows = [...(first ?? []), ...others.flat()];
  return new DataFrame(rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] as string]))));
}

/** The rows whose columns have these values; one of them where a list is given. @throws RangeError when there is no such column, or no row. */
export function select(frame: DataFrame, where: Record<string, string | number | (string | number)[]>): DataFrame {
  for (const name of Object.keys(where)) requireColumn(frame, name);
  const rows = rowsOf(frame).filter((row) =>
    Object.entries(where).every(([name, wanted]) => [wanted].flat().includes(row[name] as string)),
  );
  if (rows.length === 0) throw new RangeError(`no row has ${JSON.stringify(where)}`);
  return new DataFrame(rows);
}

/** The rows for which a condition holds. @throws RangeError when there is none. */
export function where(frame: DataFrame, holds: (row: Row) => boolean): DataFrame {
  const rows = rowsOf(frame).filter(holds);
  if (rows.length === 0) throw new RangeError("no row fulfils the condition");
  return new DataFrame(rows);
}

/** The rows of those images that every variant has at the same set and noise level, so that their means compare. */
export function onSharedImages(frame: DataFrame): DataFrame {
  const rows = rowsOf(frame);
  const conditionOf = ({ set, sigma }: Row) => `${set} ${sigma}`;
  const shared = [...groupBy(rows, conditionOf).values()].flatMap((own) => {
    const variants = distinct(own, "variant");
    const isShared = ({ image }: Row) =>
      distinct(
        own.filter((row) => row.image === image),
        "variant",
      ) === variants;
    return own.filter(isShared);
  });
  return new DataFrame(shared);
}

/**
 * Means over images with their 95 % bootstrap intervals: seeds of an image are averaged first, then images are resampled.
 * @param options.by columns whose values make the groups. @param options.of columns that are averaged.
 * @returns a row a group: `by`, `images`, `seeds`, and `<name>Mean`, `<name>Low` and `<name>High` of each column.
 */
export function summarise(frame: DataFrame, { by, of }: { by: readonly string[]; of: readonly string[] }): DataFrame {
  for (const name of [...by, ...of]) requireColumn(frame, name);
  const groups = groupBy(rowsOf(frame), (row) => JSON.stringify(by.map((name) => row[name])));
  return new DataFrame(
    [...groups.values()].map((rows): Row => {
      const shared = Object.fromEntries(by.map((name) => [name, rows[0]?.[name] as string]));
      const counts = { images: distinct(rows, "image"), seeds: distinct(rows, "seed") };
      const means = of.flatMap((name) => {
        const { mean: middle, low, high } = bootstrapMean([...valuesByImage(rows, name).values()]);
        return Object.entries({ [`${name}Mean`]: middle, [`${name}Low`]: low, [`${name}High`]: high });
      });
      return { ...shared, ...counts, ...Object.fromEntries(means) };
    }),
  );
}

/** Means over images: a row a group of `summarise`, with the columns of `by`, `images` and, under their own names, those of `of`. */
export function meansBy(frame: DataFrame, { by, of }: { by: readonly string[]; of: readonly string[] }): Row[] {
  return rowsOf(summarise(frame, { by, of })).map((row) => {
    const shared = [...by, "images"].map((name) => [name, row[name]]);
    return Object.fromEntries([...shared, ...of.map((name) => [name, row[`${name}Mean`]])]);
  });
}

/**
 * Compares two variants image by image, seeds averaged first: the first less the second, its mean with its 95 % interval over images, the
 * median, the share of images on which it is above 0, the least, and all of them, in the order of the second's images.
 * @throws RangeError when they are not on the same images and seeds.
 */
export function pair(
  frame: DataFrame,
  { of, variants: [one, other] }: { of: string; variants: readonly [string, string] },
) {
  const [own, others] = [rowsOf(select(frame, { variant: one })), rowsOf(select(frame, { variant: other }))];
  const runsOf = (rows: readonly Row[]) => rows.map(({ image, seed }) => `${image} ${seed}`).sort();
  if (runsOf(own).join() !== runsOf(others).join()) {
    throw new RangeError(`${one} and ${other}: got ${own.length} and ${others.length} runs, want the same of both`);
  }
  const values = valuesByImage(own, of);
  const differences = [...valuesByImage(others, of)].map(([image, value]) => (values.get(image) as number) - value);
  const wins = mean(differences.map((difference) => Number(difference > 0)));
  const [middle, worst] = [median(differences), Math.min(...differences)];
  return { images: differences.length, ...bootstrapMean(differences), median: middle, wins, worst, differences };
}

/** A column's mean over the seeds of each image. */
function valuesByImage(rows: readonly Row[], name: string): Map<string, number> {
  const values = rows.map((row) => ({ image: String(row.image), value: row[name] as number }));
  return meansByImage(values, ({ value }) => value);
}

function distinct(rows: readonly Row[], name: string): number {
  return new Set(rows.map((row) => row[name])).size;
}

/** @throws RangeError naming the columns that there are. */
function requireColumn(frame: DataFrame, name: string): void {
  if (frame.columns.includes(name)) return;
  throw new RangeError(`column: got "${name}", want one of ${frame.columns.join(", ")}`);
}

/** A network and a task to time, as the PyTorch worker reads it too. */
export type Work =
  | { kind: "dip"; filters: number[]; size: number }
  | { kind: "ddpm"; base: number; batch: number; size: number }
  | { kind: "sampler"; base: number; batch: number; size: number };

/** A row of the table. */
export interface Row {
  id: string;
  title: string;
  work: Work;
  /** Measured by `--quick` as well. */
  quick?: boolean;
}

const dip = (filters: number[], size: number): Row => ({
  id: `dip-${filters[0]}x${filters.length}-${size}`,
  title: `DIP iteration, [${filters[0]}]x${filters.length}, ${size}x${size}`,
  work: { kind: "dip", filters, size },
});
const repeat = (width: number, depth: number) => Array<number>(depth).fill(width);

/** The rows that the targets are about. */
export const rows: Row[] = [
  { ...dip(repeat(32, 4), 64), quick: true },
  dip(repeat(64, 4), 128),
  dip(repeat(128, 5), 128),
  dip(repeat(128, 5), 256),
  ...[32, 64].map(
    (base): Row => ({
      id: `ddpm-${base}`,
      title: `DDPM training step, base ${base}, 32x32, batch 16`,
      work: { kind: "ddpm", base, batch: 16, size: 32 },
      quick: base === 32,
    }),
  ),
  ...[1, 64].map(
    (batch): Row => ({
      id: `sampler-${batch}`,
      title: `Sampler step, base 32, 32x32, batch ${batch}`,
      work: { kind: "sampler", base: 32, batch, size: 32 },
      quick: batch === 1,
    }),
  ),
];

/** Sizes and batches over which time and memory are followed. */
export const scaling: { id: string; over: "pixels" | "batch"; works: Work[] }[] = [
  {
    id: "dip",
    over: "pixels",
    works: [32, 64, 128, 256].map((size) => ({ kind: "dip", filters: repeat(32, 4), size })),
  },
  { id: "ddpm", over: "batch", works: [1, 4, 16, 64].map((batch) => ({ kind: "ddpm", base: 32, batch, size: 32 })) },
];

/** The shape of a noise predictor: a U-Net by its base width, or a residual U-Net. */
export type Predictor = { base: number } | { widths: number[]; blocks: number[]; embedding: number };

/** A network and a task to time, as the PyTorch worker reads it too. */
export type NetworkWork =
  | { kind: "dip"; filters: number[]; size: number }
  | { kind: "ddpm" | "sampler"; network: Predictor; batch: number; size: number };

/** A kernel, and the shape of what it works on: [batch, height, width, channels]. */
export interface KernelWork {
  kind: "kernel";
  kernel:
    | "group-norm"
    | "batch-norm"
    | "film"
    | "reflection-pad"
    | "bilinear"
    | "nearest-convolution"
    | "convolution"
    | "average"
    | "normal";
  shape: [number, number, number, number];
}

/** What a worker runs: a step of a network, a kernel alone, or the product of two square matrices. */
export type Work = NetworkWork | KernelWork | { kind: "matmul"; size: number };

/** A row of the table. */
export interface Row {
  id: string;
  title: string;
  work: NetworkWork;
  /** Measured by `--quick` as well. */
  quick?: boolean;
}

const dip = (filters: number[], size: number): Row => ({
  id: `dip-${filters[0]}x${filters.length}-${size}`,
  title: `DIP iteration, [${filters[0]}]x${filters.length}, ${size}x${size}`,
  work: { kind: "dip", filters, size },
});
/** The network of the prior `bsd`. */
const bsd: Predictor = { widths: [32, 64, 128, 192], blocks: [1, 2, 2, 3], embedding: 64 };
const repeat = (width: number, depth: number) => Array<number>(depth).fill(width);

/** The rows that the targets are about. */
export const rows: Row[] = [
  { ...dip(repeat(32, 4), 64), quick: true },
  dip(repeat(64, 4), 128),
  dip(repeat(32, 4), 256),
  dip(repeat(128, 5), 128),
  dip(repeat(128, 5), 256),
  ...[32, 64].map(
    (base): Row => ({
      id: `ddpm-${base}`,
      title: `DDPM training step, base ${base}, 32x32, batch 16`,
      work: { kind: "ddpm", network: { base }, batch: 16, size: 32 },
      quick: base === 32,
    }),
  ),
  ...[1, 64].map(
    (batch): Row => ({
      id: `sampler-${batch}`,
      title: `Sampler step, base 32, 32x32, batch ${batch}`,
      work: { kind: "sampler", network: { base: 32 }, batch, size: 32 },
      quick: batch === 1,
    }),
  ),
  {
    id: "ddpm-bsd",
    title: "DDPM training step, prior bsd, 64x64, batch 16",
    work: { kind: "ddpm", network: bsd, batch: 16, size: 64 },
  },
  {
    id: "sampler-bsd",
    title: "Sampler step, prior bsd, 256x256",
    work: { kind: "sampler", network: bsd, batch: 1, size: 256 },
  },
];

/** Sizes and batches over which time and memory are followed. */
export const scaling: { id: string; over: "pixels" | "batch"; works: NetworkWork[] }[] = [
  {
    id: "dip",
    over: "pixels",
    works: [32, 64, 128, 256].map((size) => ({ kind: "dip", filters: repeat(32, 4), size })),
  },
  {
    id: "ddpm",
    over: "batch",
    works: [1, 4, 16, 64].map((batch) => ({ kind: "ddpm", network: { base: 32 }, batch, size: 32 })),
  },
];

const kernelRow = (title: string, kernel: KernelWork["kernel"], shape: KernelWork["shape"]) => ({
  id: kernel,
  title: `${title}, ${shape.join("x")}`,
  work: { kind: "kernel", kernel, shape } satisfies KernelWork,
});

/** The passes between convolutions that have a kernel, at the shapes of the steps above. */
export const kernelRows = [
  kernelRow("group norm, shift and SiLU", "group-norm", [16, 32, 32, 64]),
  kernelRow("batch norm, LeakyReLU and reflection padding", "batch-norm", [1, 256, 256, 32]),
  kernelRow("bias, FiLM and SiLU", "film", [1, 256, 256, 32]),
  kernelRow("reflection padding", "reflection-pad", [1, 256, 256, 32]),
  kernelRow("bilinear enlargement", "bilinear", [1, 128, 128, 32]),
  kernelRow("nearest-neighbour enlargement and 3x3 convolution", "nearest-convolution", [16, 16, 16, 64]),
  ...[
    [16, 32, 32, 64],
    [1, 256, 256, 32],
    [1, 128, 128, 128],
  ].map(([n, h, w, c]) => ({
    ...kernelRow("3x3 convolution", "convolution", [n, h, w, c] as never),
    id: `convolution-${c}`,
  })),
  kernelRow("running average, no gradient", "average", [1, 256, 256, 32]),
  kernelRow("normal values, no gradient", "normal", [1, 256, 256, 32]),
];

import { type Contender, engine, pytorch } from "./contenders.mjs";
import { type MeasuredRow, summarise } from "./measure.mjs";
import { type NetworkWork, rows } from "./rows.mjs";

const side = 2048;

/** The matrix product's speed on this machine, and how much of it each row's convolutions reach. */
export interface Peak {
  engineGflops: number;
  torchGflops: number;
  rows: { id: string; gflops: number; share: number }[];
}

/** Measures the peak, and sets the measured rows against it: floating-point operations of convolutions by the time of the whole step. */
export async function measurePeak(measured: readonly MeasuredRow[]): Promise<Peak> {
  const speedOf = async (contender: Contender): Promise<number> => {
    await contender.open({ kind: "matmul", size: side });
    const times = await contender.run(18);
    contender.close();
    return (2 * side ** 3) / summarise(times.slice(3)).median / 1e6;
  };
  const torchGflops = await speedOf(pytorch());
  const engineGflops = await speedOf(engine("within ops"));
  const shares = measured.flatMap(({ id, engineMs }) => {
    const row = rows.find((one) => one.id === id);
    const operations = row && countOperations(row.work);
    if (!operations || engineMs === null) return [];
    const gflops = operations / engineMs / 1e6;
    return [{ id, gflops, share: gflops / engineGflops }];
  });
  return { engineGflops, torchGflops, rows: shares };
}

/**
 * Multiplications and additions of a step's convolutions; backward counts twice forward, but for the first layer's input.
 * @returns undefined for a residual U-Net.
 */
export function countOperations(work: NetworkWork): number | undefined {
  if (work.kind === "dip") return 3 * countSkipNetwork(work.filters, work.size);
  if (!("base" in work.network)) return undefined;
  return countUnet(work.network.base, work.size) * work.batch * (work.kind === "sampler" ? 1 : 3);
}

const convolution = (kernel: number, inputs: number, outputs: number, side: number) =>
  2 * kernel ** 2 * inputs * outputs * side ** 2;

function countSkipNetwork(filters: number[], size: number): number {
  const scales = filters.map((width, scale) => {
    const [above, below] = [filters[scale - 1] ?? 32, filters[scale + 1] ?? width];
    const [side, half] = [size / 2 ** scale, size / 2 ** (scale + 1)];
    return (
      convolution(1, above, 4, side) +
      convolution(3, above, width, half) +
      convolution(3, width, width, half) +
      convolution(3, 4 + below, width, side) +
      convolution(1, width, width, side)
    );
  });
  return scales.reduce((sum, one) => sum + one, convolution(1, filters[0] as number, 3, size));
}

function countUnet(base: number, size: number): number {
  const widths = [base, base * 2, base * 2];
  const residual = (inputs: number, outputs: number, side: number) =>
    convolution(3, inputs, outputs, side) +
    convolution(3, outputs, outputs, side) +
    (inputs === outputs ? 0 : convolution(1, inputs, outputs, side));
  let total =
    convolution(3, 3, base, size) + convolution(3, base, 3, size) + 2 * residual(base * 2, base * 2, size / 4);
  let channels = base;
  for (const [level, width] of widths.entries()) {
    const side = size / 2 ** level;
    total += residual(channels, width, side);
    if (level < 2) total += convolution(3, width, width, side / 2);
    channels = width;
  }
  for (const [level, width] of [...widths.entries()].reverse()) {
    const side = size / 2 ** level;
    total += residual(channels + width, width, side);
    if (level > 0) total += convolution(3, width, width, side * 2);
    channels = width;
  }
  return total;
}

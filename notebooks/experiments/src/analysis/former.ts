import { join } from "node:path";
import { readCSV } from "danfojs-node";
import { dataFolder } from "ddpm-dip/runtime";
import { type Row, rowsOf } from "./frames";
import { showRange } from "./showRange";

async function read(name: "settings" | "baselines"): Promise<Row[]> {
  return rowsOf(await readCSV(join(dataFolder(), "former", `${name}.csv`)));
}

/**
 * Settings of the DIP fit by the first protocol (`data/former`): a row a setting, with the mean difference in PSNR to the chosen one
 * over the pairs of the same photo and seed, dB, its 95 % interval over the pairs, and the share of them in which it is better.
 */
export async function formerSettings(): Promise<Row[]> {
  return (await read("settings")).map(({ low, high, wins, pairs, ...row }) => ({
    ...row,
    ...{
      interval: showRange({ low: low as number, high: high as number }),
      wins: wins as number,
      pairs: pairs as number,
    },
  }));
}

/** Fits of others by the first protocol: a row a fit, PSNR in dB by how it is stopped, and seconds of the full run. */
export async function formerBaselines(): Promise<Row[]> {
  const rows = await read("baselines");
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null || Number.isNaN(value) ? "–" : value]),
    ),
  );
}

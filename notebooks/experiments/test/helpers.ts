import assert from "node:assert/strict";
import { writeImage } from "ddpm-dip/data";
import { tf } from "ddpm-dip/runtime";
import { type AnySpec, type Progress, type TrialRecord, trialKey } from "../src";

/** What a trial is computed with where nobody watches. */
export const context = {
  onProgress: () => undefined,
  signal: new AbortController().signal,
  engine: "recorded",
} as const;
export const silent = (): Progress => ({ update() {}, finish() {} });

export const near = (value: unknown, wanted: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(Number(value) - wanted) < tolerance, `got ${value}, want ${wanted}`);

/** A record with what tables look at, and nothing else. */
export function record<Spec extends AnySpec>(
  spec: Spec,
  metrics: Record<string, number>,
  more: { curves?: Record<string, number[]>; images?: Record<string, string>; key?: string } = {},
): TrialRecord<Spec> {
  return { spec, metrics, curves: {}, images: {}, key: trialKey(spec), ...more } as unknown as TrialRecord<Spec>;
}

/** Some columns of a table as text, a string a row. */
export const told = (rows: readonly object[], ...columns: string[]): string[] =>
  rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]).join(" | "));

/** Writes a picture whose red says the column and whose green says the row, in steps of 1/255. */
export async function writeRamp(file: string, [height, width]: [number, number]): Promise<void> {
  const picture = tf.tidy(() => {
    const columns = tf.broadcastTo(tf.range(0, width).reshape([1, 1, width, 1]), [1, height, width, 1]);
    const rows = tf.broadcastTo(tf.range(0, height).reshape([1, height, 1, 1]), [1, height, width, 1]);
    return tf.concat([columns, rows, tf.zerosLike(rows)], 3).div<tf.Tensor4D>(255);
  });
  await writeImage(file, picture);
  picture.dispose();
}

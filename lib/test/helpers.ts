import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { tf } from "../src/runtime";

/** Fails unless every value is within the tolerance of its expected value. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    assert.ok(difference <= tolerance, `value ${i}: got ${actual[i]}, want ${expected[i]} within ${tolerance}`);
  }
}

/** Fails when the work leaves more or fewer tensors alive than before. */
export async function assertNoLeak(work: () => void | Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await work();
  assert.equal(tf.memory().numTensors, before, "tensors alive after the work");
}

/** Disposes of whatever can be. */
export function disposeAll(...owned: { dispose(): void }[]): void {
  for (const one of owned) one.dispose();
}

/** A temporary folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A PyTorch tensor laid out channels first, as channels last. */
export function channelsLast(
  values: number[],
  [batch, channels, height, width]: [number, number, number, number],
): tf.Tensor4D {
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [batch, channels, height, width]), [0, 2, 3, 1]));
}

/** Whole numbers from 0. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A smooth image: from low in one corner to high in the opposite one, [1, side, side, 3]; the caller's. */
export function drawRamp(side: number, low: number, high: number): tf.Tensor4D {
  return tf.tidy(() => {
    const line = tf.linspace(low, high, side);
    const both = line.reshape([1, side, 1, 1]).add(line.reshape([1, 1, side, 1]));
    return both.div(2).tile([1, 1, 1, 3]) as tf.Tensor4D;
  });
}

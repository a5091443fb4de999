import assert from "node:assert/strict";
import { test } from "node:test";
import { readImage } from "ddpm-dip/data";
import { tf } from "ddpm-dip/runtime";
import { assertNoLeak } from "../../../lib/test/helpers";
import { cutPicture, errorPicture, pictureBands, toDataUri } from "../src";

const grey = async (value: number, corner: number) => {
  const image = tf.tidy(() => {
    const values = tf.buffer([1, 8, 8, 3], "float32", new Float32Array(192).fill(value / 255));
    for (let channel = 0; channel < 3; channel++) values.set(corner / 255, 0, 2, 5, channel);
    return values.toTensor() as tf.Tensor4D;
  });
  const source = await toDataUri(image);
  image.dispose();
  return source;
};

async function valuesOf(source: string): Promise<{ shape: number[]; values: number[] }> {
  const image = await readImage(Buffer.from(source.split(",")[1] as string, "base64"));
  const read = { shape: image.shape as number[], values: Array.from(image.dataSync(), (one) => Math.round(255 * one)) };
  image.dispose();
  return read;
}

test("a part of a picture is that part, pixel for pixel, and one outside is refused", async () => {
  await assertNoLeak(async () => {
    const { shape, values } = await valuesOf(await cutPicture(await grey(10, 200), { left: 5, top: 2, side: 2 }));
    assert.deepEqual(shape, [1, 2, 2, 3]);
    assert.deepEqual(values, [200, 200, 200, 10, 10, 10, 10, 10, 10, 10, 10, 10]);
    await assert.rejects(cutPicture(await grey(10, 200), { left: 7, top: 2, side: 2 }), RangeError);
  });
});

test("an error is grey in proportion, white from the given difference on", async () => {
  await assertNoLeak(async () => {
    const [one, other] = [await grey(100, 200), await grey(110, 100)];
    const { values } = await valuesOf(await errorPicture(one, other, 40 / 255));
    assert.equal(values[0], 64);
    assert.equal(Math.max(...values), 255);
    assert.equal(values[3 * (2 * 8 + 5)], 255);
  });
});

test("the bands of a picture's error add up to its mean squared error; an even difference is in the lowest", async () => {
  await assertNoLeak(async () => {
    const [one, other] = [await grey(100, 100), await grey(110, 110)];
    const [lowest, ...others] = await pictureBands(one, other);
    assert.ok(Math.abs((lowest as number) - (10 / 255) ** 2) < 1e-7);
    assert.ok(others.every((error) => error < 1e-9));
    const bands = await pictureBands(one, await grey(100, 110));
    const sum = bands.reduce((total, band) => total + band, 0);
    assert.ok(Math.abs(sum - (10 / 255) ** 2 / 64) < 1e-8 && (bands.at(-1) as number) > sum / 2, String(bands));
  });
});

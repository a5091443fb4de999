import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encodePng, readImage, resizeImage, writeImage } from "../../src/data";
import { tf } from "../../src/runtime";
import { assertClose, assertNoLeak, temporaryFolder } from "../helpers";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);

test("PNG and TIFF keep every 8-bit value, WebP and JPEG come close", async () => {
  const image = tf.tidy(() => tf.range(0, 192).div(255).reshape([1, 8, 8, 3]) as tf.Tensor4D);
  for (const [name, tolerance] of [
    ["a.png", 1e-6],
    ["a.tiff", 1e-6],
    ["a.webp", 0.1],
    ["a.jpg", 0.15],
  ] as const) {
    await writeImage(inFolder(name), image);
    const read = await readImage(inFolder(name));
    assert.deepEqual(read.shape, [1, 8, 8, 3]);
    assertClose(read.dataSync(), image.dataSync(), tolerance);
  }
});

test("16 bits survive in PNG and TIFF", async () => {
  const image = tf.tensor4d([1 / 65535, 256 / 65535, 0.5, 1], [1, 2, 2, 1]);
  for (const name of ["deep.png", "deep.tiff"]) {
    await writeImage(inFolder(name), image, { deep: true });
    assertClose((await readImage(inFolder(name), { channels: 1 })).dataSync(), image.dataSync(), 0.6 / 65535);
  }
});

test("grey files are read as colour and colour files as grey", async () => {
  await writeImage(inFolder("grey.png"), tf.fill([1, 2, 2, 1], 0.2) as tf.Tensor4D);
  assertClose((await readImage(inFolder("grey.png"))).dataSync(), new Array(12).fill(51 / 255), 1e-6);
  await writeImage(inFolder("white.png"), tf.ones([1, 2, 2, 3]) as tf.Tensor4D);
  assertClose((await readImage(inFolder("white.png"), { channels: 1 })).dataSync(), [1, 1, 1, 1], 1e-6);
});

test("a size cuts the centred square", async () => {
  await writeImage(inFolder("wide.png"), tf.ones([1, 8, 16, 3]) as tf.Tensor4D);
  assert.deepEqual((await readImage(inFolder("wide.png"), { size: 4 })).shape, [1, 4, 4, 3]);
});

test("resizing keeps a constant, the channels and the mean of a ramp", async () => {
  const grey = await resizeImage(tf.fill([1, 6, 4, 1], 0.3), 10, 3);
  assert.deepEqual(grey.shape, [1, 3, 10, 1]);
  assertClose(grey.dataSync(), new Array(30).fill(0.3), 1e-4);
  const ramp = tf.tidy(() => tf.range(0, 768).div(768).reshape([1, 16, 16, 3]) as tf.Tensor4D);
  assertClose((await resizeImage(ramp, 8, 8)).mean().dataSync(), ramp.mean().dataSync(), 1e-3);
  await assert.rejects(resizeImage(ramp, 0, 8), /width: got 0, want a whole number above 0/);
});

test("a missing file, a text and a truncated image are named", async () => {
  await assert.rejects(readImage(inFolder("none.png")), /cannot read the image .*none\.png: .*missing/);
  writeFileSync(inFolder("text.png"), "no image");
  await assert.rejects(
    readImage(inFolder("text.png")),
    /cannot read the image .*text\.png: .*unsupported image format/,
  );
  const whole = await encodePng(tf.randomUniform([1, 32, 32, 3], 0, 1, "float32", 1) as tf.Tensor4D);
  writeFileSync(inFolder("cut.png"), whole.subarray(0, whole.length / 2));
  await assert.rejects(readImage(inFolder("cut.png")), /cannot read the image .*cut\.png/);
});

test("what cannot be written is refused and leaves no file", async () => {
  const image = tf.ones([1, 2, 2, 3]) as tf.Tensor4D;
  await assert.rejects(writeImage(inFolder("x.bmp"), image), /got the ending ".bmp", want one of .png/);
  await assert.rejects(writeImage(inFolder("x.jpg"), image, { deep: true }), /jpeg holds 8 bits, not 16/);
  await assert.rejects(
    writeImage(inFolder("x.png"), tf.ones([1, 2, 2, 5])),
    /got the shape \[1,2,2,5\], want \[1, height, width, 1 to 4\]/,
  );
  await assert.rejects(
    writeImage(inFolder("x.png"), tf.tensor4d([Number.NaN], [1, 1, 1, 1])),
    /value 0 is NaN, want finite numbers/,
  );
  await assert.rejects(writeImage(join(folder, "no", "x.png"), image), /ENOENT/);
  assert.equal(existsSync(inFolder("x.png")), false);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("x.")),
    [],
  );
});

test("reading leaves the image and nothing else", () =>
  assertNoLeak(async () => {
    (await readImage(inFolder("a.png"))).dispose();
    await assert.rejects(readImage(inFolder("none.png")));
  }));

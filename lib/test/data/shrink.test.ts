import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { estimateSigmaWavelet } from "../../src/data";
import { estimateGain, noiseGain, resampleLanczos, resampleWeighted } from "../../src/data/shrink";
import { openStream, tf } from "../../src/runtime";
import { assertClose, range } from "../helpers";

const wave = (width: number, height: number) =>
  Float32Array.from({ length: width * height }, (_, i) => {
    return 0.5 + 0.3 * Math.sin((i % width) / 5) * Math.cos(Math.floor(i / width) / 7);
  });

test("the same size, a constant and symmetry are kept", () => {
  const image = wave(20, 10);
  const sides = { width: 20, height: 10 };
  assertClose(resampleLanczos(image, 1, sides, sides), image, 1e-6);
  assertClose(
    resampleLanczos(new Float32Array(600).fill(0.3), 3, sides, { width: 7, height: 4 }),
    new Float32Array(84).fill(0.3),
    1e-6,
  );
  const line = Float32Array.from([0, 1, 2, 3, 4, 4, 3, 2, 1, 0]);
  const half = resampleLanczos(line, 1, { width: 10, height: 1 }, { width: 5, height: 1 });
  assertClose(half, Float32Array.from(half).reverse(), 1e-6);
});

test("a smooth picture comes out as sharp makes it, to two grey values", async () => {
  const [from, to] = [
    { width: 90, height: 60 },
    { width: 40, height: 27 },
  ];
  const bytes = Uint8Array.from(wave(90, 60), (value) => Math.round(255 * value));
  const { data } = await sharp(bytes, { raw: { ...from, channels: 1 } })
    .resize({ ...to, fit: "fill", kernel: "lanczos3" })
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const own = resampleLanczos(Float32Array.from(bytes), 1, from, to);
  assertClose(own, data, 2);
});

test("white noise falls by the known factor, to 3 %, and the estimate after shrinking finds it", () => {
  const from = { width: 512, height: 384 };
  const noise = openStream(1, "noise").normal([from.width * from.height]);
  const values = noise.dataSync() as Float32Array;
  noise.dispose();
  for (const to of [
    { width: 256, height: 192 },
    { width: 333, height: 250 },
    { width: 128, height: 96 },
  ]) {
    const small = resampleLanczos(values, 1, from, to);
    const deviation = Math.sqrt(small.reduce((sum, value) => sum + value ** 2, 0) / small.length);
    assert.ok(Math.abs(deviation / noiseGain(from, to) - 1) < 0.03, `${deviation} against ${noiseGain(from, to)}`);
    const image = tf.tensor4d(small, [1, to.height, to.width, 1]);
    const estimate = estimateGain(from, to) * estimateSigmaWavelet(image);
    assert.ok(Math.abs(estimate / deviation - 1) < 0.03, `${estimate} against ${deviation}`);
    image.dispose();
  }
});

test("no hole's colour gets into what is known", () => {
  const [from, to] = [
    { width: 120, height: 80 },
    { width: 50, height: 33 },
  ];
  const clean = wave(120, 80);
  const holes = Float32Array.from(clean, (_, i) => ((i % 120) % 24 < 9 && Math.floor(i / 120) % 20 < 9 ? 0 : 1));
  const plain = resampleLanczos(clean, 1, from, to);
  const shrinkWith = (colour: number) => {
    const values = clean.map((value, i) => (holes[i] === 1 ? value : colour));
    const otherwise = new Float32Array(to.width * to.height);
    return resampleWeighted(values, holes, 1, { from, to }, { least: 0.5, otherwise });
  };
  const loud = shrinkWith(50);
  const weights = resampleLanczos(holes, 1, from, to);
  const known = range(weights.length).filter((i) => (weights[i] as number) >= 0.5);
  assert.deepEqual(loud, shrinkWith(-50));
  const away = known.filter((i) => Math.abs((weights[i] as number) - 1) < 1e-6);
  assert.ok(away.length > 100 && known.length < weights.length);
  assertClose(
    away.map((i) => loud[i] as number),
    away.map((i) => plain[i] as number),
    1e-5,
  );
  // At the border what lies beyond is left out of the mean: no more than the picture changes over the filter.
  assertClose(
    known.map((i) => loud[i] as number),
    known.map((i) => plain[i] as number),
    0.1,
  );
});

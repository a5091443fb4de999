import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourCorrelation } from "ddpm-dip/data";
import { openStream, tf } from "ddpm-dip/runtime";
import { assertClose, assertNoLeak } from "../../../lib/test/helpers";
import { analysis, checkSpec, computeTrial, plans } from "../src";
import { addNoiseOfKind, demosaic } from "../src/noiseKinds";
import { context } from "./helpers";

const sigma = 25 / 255;

test("demosaicking keeps what the mosaic holds, and a plane inside", () =>
  assertNoLeak(() => {
    const plane = tf.tidy(() => {
      const [rows, columns] = [tf.range(0, 8).reshape([1, 8, 1, 1]), tf.range(0, 10).reshape([1, 1, 10, 1])];
      return tf.add(rows.mul(0.02), columns.mul(0.03)).add(tf.tensor1d([0.1, 0.2, 0.3])) as tf.Tensor4D;
    });
    const seen = demosaic(plane);
    const inside = (image: tf.Tensor4D) => tf.tidy(() => tf.slice(image, [0, 1, 1, 0], [1, 6, 8, 3]).dataSync());
    assertClose(inside(seen), inside(plane), 1e-6);
    const at = (image: tf.Tensor4D, place: number[]) => image.bufferSync().get(...place);
    for (const place of [
      [0, 0, 0, 0],
      [0, 0, 1, 1],
      [0, 1, 0, 1],
      [0, 1, 1, 2],
    ]) {
      assert.equal(at(seen, place), at(plane, place));
    }
    tf.dispose([plane, seen]);
  }));

test("each kind has the level that it states, and its own colour", () =>
  assertNoLeak(async () => {
    const clean = tf.fill([1, 96, 96, 3], 0.5) as tf.Tensor4D;
    const kinds = {
      gaussian: { kind: "gaussian", sigma },
      poisson: { kind: "poisson", peak: 50, stabilised: false },
      stabilised: { kind: "poisson", peak: 50, stabilised: true },
      jpeg: { kind: "jpeg", sigma, quality: 70 },
      demosaicked: { kind: "demosaicked", sigma },
    } as const;
    // Variance of a Poisson count over the peak: 0.5 / 50. Stabilised: 1 / (2 sqrt(50 + 3/8)).
    const levels = { gaussian: sigma, poisson: 0.1, stabilised: 1 / (2 * Math.sqrt(50.375)) };
    const colours = { gaussian: 0, poisson: 0, stabilised: 0 };
    const found: Record<string, number> = {};
    for (const [name, noise] of Object.entries(kinds)) {
      const { noisy, given, target, sigma: level, back } = await addNoiseOfKind(clean, noise, openStream(1, "noise"));
      const [apart, again] = [tf.sub<tf.Tensor4D>(given, target), back(target.clone())];
      found[name] = neighbourCorrelation(apart);
      if (name in levels) assertClose([level], [levels[name as keyof typeof levels]], 2e-3);
      if (name in colours) assertClose([found[name] as number], [0], 0.02);
      assertClose([tf.tidy(() => again.sub(clean).abs().max().dataSync()[0] as number)], [0], 0.01);
      tf.dispose([noisy, given, target, apart, again]);
    }
    assert.ok((found.jpeg as number) > 0.05 && (found.demosaicked as number) > 0.4, JSON.stringify(found));
    clean.dispose();
  }));

test("the smoke trials run, say how far the noise is from white, and make the report's table", async () => {
  const specs = plans.planNoiseKinds("smoke");
  const some = specs.filter(({ noise, level }) => level === "true" && ["gaussian", "demosaicked"].includes(noise.kind));
  assert.equal(some.length, 2);
  const [white, coloured] = await Promise.all(some.map(async (spec) => (await computeTrial(spec, context)).metrics));
  assert.ok(white && coloured);
  assert.ok((white.psnr as number) > (white.psnrNoisy as number) + 3, JSON.stringify(white));
  assert.ok((white.correlation as number) < 0.05 && (coloured.correlation as number) > 0.15);
  const rows = analysis.noiseKindsTable(
    analysis.noiseKindsFrame(
      some.map((spec, i) => ({ key: `noise-kind-${i}`, spec, metrics: [white, coloured][i] })) as never,
    ),
  );
  assert.deepEqual(
    rows.map(({ warned }) => warned),
    [0, 1],
  );
});

test("a spec of no known kind, or of a level that is none, is refused", () => {
  const [spec] = plans.planNoiseKinds("smoke");
  assert.throws(() => checkSpec({ ...spec, noise: { kind: "salt" } }), /noise/);
  assert.throws(() => checkSpec({ ...spec, noise: { kind: "gaussian", sigma: 0 } }), /sigma/);
});

import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nameCheckpoint, openCheckpoint } from "ddpm-dip/ddpm";
import { dataFolder } from "ddpm-dip/runtime";
import { assertNoLeak } from "../../../lib/test/helpers";
import { useTinyCheckpoint } from "../../../lib/test/tinyCheckpoint";
import { computeTrial, type SpecOf, type TrialSpec } from "../src";
import { context } from "./helpers";

const folder = useTinyCheckpoint("tiny");

type Restore = SpecOf<"ddpm-restore">;
const restore = (task: Restore["task"], restorer: Restore["restorer"]): Restore => ({
  method: "ddpm-restore",
  checkpoint: nameCheckpoint("tiny"),
  image: { from: "photos", name: "camera" },
  size: 33,
  channels: 3,
  task,
  restorer,
  keepImages: true,
  seeds: { noise: 1, sampler: 1 },
});
const denoising: Restore["task"] = { kind: "denoise", sigma: 25 / 255, clip: false };
const filling: Restore["task"] = { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 }, sigma: 0.02 };
const enlarging: Restore["task"] = { kind: "super-resolve", factor: 3, kernel: "lanczos2" };

test("each restorer does its tasks on an odd size, counts its evaluations and leaves nothing behind", async () => {
  const cases: [Restore["task"], Restore["restorer"], number][] = [
    [denoising, { kind: "one-step" }, 1],
    [denoising, { kind: "self-ensemble" }, 8],
    [denoising, { kind: "ddim", evaluations: 4 }, 4],
    [denoising, { kind: "ddnm", evaluations: 3, eta: 0.85 }, 3],
    [filling, { kind: "ddnm", evaluations: 3, eta: 0.85 }, 3],
    [filling, { kind: "ddnm", evaluations: 3, eta: 0.85, draws: 2 }, 6],
    [enlarging, { kind: "ddnm", evaluations: 3, eta: 0.85 }, 3],
    [enlarging, { kind: "dps", evaluations: 3, scale: 1 }, 3],
    [filling, { kind: "repaint", levels: 4, repeats: 2, jump: 2 }, 8],
  ];
  await assertNoLeak(async () => {
    for (const [task, restorer, evaluations] of cases) {
      const { metrics, images } = await computeTrial(restore(task, restorer), context);
      assert.equal(metrics.evaluations, evaluations, restorer.kind);
      assert.ok(Object.values(metrics).every(Number.isFinite), JSON.stringify(metrics));
      assert.deepEqual(Object.keys(images).sort(), ["clean", "plain", "restored"]);
    }
  });
});

test("a restorer is refused a task that it cannot do", async () => {
  await assert.rejects(computeTrial(restore(filling, { kind: "one-step" }), context), /"one-step" for inpaint/);
  const repaint = { kind: "repaint", levels: 4, repeats: 2, jump: 2 } as const;
  await assert.rejects(computeTrial(restore(enlarging, repaint), context), /"repaint" for super-resolve/);
});

const sampled = (): SpecOf<"ddpm-sample"> => ({
  method: "ddpm-sample",
  checkpoint: nameCheckpoint("tiny"),
  generator: { kind: "ddim", levels: 3, spacing: "linspace" },
  guidance: 0,
  count: 6,
  batch: 4,
  size: 16,
  reference: { set: "photos", count: 12 },
  keepImages: 2,
  seeds: { sampler: 1, data: 1 },
});

test("samples are drawn in batches, measured against the photos, and are the same twice", async () => {
  const spec: TrialSpec = {
    ...sampled(),
    generator: { kind: "dpm-solver", levels: 3, spacing: "trailing" },
    count: 7,
  };
  await assertNoLeak(async () => {
    const one = await computeTrial(spec, context);
    assert.equal(one.metrics.evaluations, 3);
    assert.ok(Object.values(one.metrics).every(Number.isFinite), JSON.stringify(one.metrics));
    assert.ok((one.metrics["random.frechet"] as number) > 0);
    assert.deepEqual(Object.keys(one.images), ["sample0", "sample1", "nearest0", "nearest1"]);
    const two = await computeTrial(spec, context);
    assert.deepEqual(two.images, one.images);
    assert.equal(two.metrics["random.frechet"], one.metrics["random.frechet"]);
    const heun = await computeTrial({ ...spec, generator: { kind: "heun", levels: 3, spacing: "linspace" } }, context);
    assert.equal(heun.metrics.evaluations, 5);
  });
});

test("samples are compared by the features of ImageNet's network where a spec names it, alike in a second trial", async () => {
  const name = "efficientnet-lite0";
  copyFileSync(join(dataFolder(), "checkpoints", `${name}.safetensors`), join(folder, `${name}.safetensors`));
  const spec: TrialSpec = { ...sampled(), imagenet: nameCheckpoint(name) };
  await assertNoLeak(async () => {
    const { metrics } = await computeTrial(spec, context);
    const [distance, floor] = [metrics["imagenet.frechet"] as number, metrics["imagenet.frechetFloor"] as number];
    // Noise of an untrained network is farther from photos than photos are.
    assert.ok(distance > 1.5 * floor && floor > 0, `${distance}, ${floor}`);
    assert.equal(metrics["classifier.frechet"], undefined);
    const again = await computeTrial({ ...spec, seeds: { sampler: 2, data: 1 } }, context);
    assert.equal(again.metrics["imagenet.frechetFloor"], floor);
    assert.notEqual(again.metrics["imagenet.frechet"], distance);
  });
});

test("samples may start from images that were not trained on, noised to a level: the lower it is, the nearer they stay", async () => {
  const run = async (of: "dip" | "image" | "blurred", level: number) => {
    const start = { of, level, sources: 3, iterations: 5 };
    return (await computeTrial({ ...sampled(), start }, context)).metrics as Record<string, number>;
  };
  await assertNoLeak(async () => {
    const [low, high] = [await run("image", 5), await run("image", 900)];
    assert.ok((low.fromSource as number) < (high.fromSource as number), `${low.fromSource}, ${high.fromSource}`);
    assert.equal(low.secondsPriorPerImage, 0);
    assert.equal((await run("image", 2)).evaluations, 2);
    const asTheyAre = await run("image", 0);
    assert.deepEqual([asTheyAre.evaluations, asTheyAre.fromSource, asTheyAre.secondsPerImage], [0, 0, 0]);
    const [dip, blurred] = [await run("dip", 50), await run("blurred", 50)];
    assert.ok((dip.secondsPriorPerImage as number) > 0 && Number.isFinite(blurred.fromSource));
    // A second trial finds the fits of the first.
    assert.equal((await run("dip", 50)).fromSource, dip.fromSource);
    const karras = { ...sampled(), generator: { kind: "heun", levels: 3, spacing: "karras" } } as ReturnType<
      typeof sampled
    >;
    const start = { of: "image", level: 5, sources: 3, iterations: 5 } as const;
    await assert.rejects(computeTrial({ ...karras, start }, context), /spacing: got "karras" for a start/);
  });
});

test("a checkpoint that is missing or another one is named", () => {
  assert.throws(() => nameCheckpoint("none"), /there is no checkpoint "none" .*npm run train -- none makes it/);
  const name = nameCheckpoint("tiny");
  assert.match(name.digest, /^[0-9a-f]{16}$/);
  assert.throws(() => openCheckpoint({ ...name, digest: "0".repeat(16) }), /is another checkpoint: its digest is/);
  writeFileSync(join(folder, "bad.safetensors"), "x");
  assert.throws(() => openCheckpoint(nameCheckpoint("bad")), /bad\.safetensors is damaged/);
});

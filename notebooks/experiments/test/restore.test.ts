import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encodePng, readImage } from "ddpm-dip/data";
import { settingsOf } from "ddpm-dip/fusion";
import { dataFolder, tf } from "ddpm-dip/runtime";
import { assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import { checkSpec, computeTrial, openStore, plans, readDegraded } from "../src";

const context = { onProgress: () => undefined, signal: new AbortController().signal, engine: "recorded" } as const;
const command = join(__dirname, "..", "..", "..", "lib", "bin", "ddpm-dip.mjs");

test("what the command line makes of a photo is, bit for bit, what the trial of its settings measures", async () => {
  const spec = plans.commandTrial();
  const folder = temporaryFolder();
  const { clean, noisy } = await readDegraded(spec);
  writeFileSync(join(folder, "noisy.png"), await encodePng(noisy));
  tf.dispose([clean, noisy]);
  const words = [
    "restore",
    join(folder, "noisy.png"),
    "--task",
    "denoise",
    "--sigma",
    "25",
    "--out",
    join(folder, "out"),
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words, "--json"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const [photo] = (JSON.parse(stdout) as { photos: { output: string }[] }).photos;
  const made = await readImage(photo?.output as string);
  const { metrics, images } = await computeTrial(spec, context);
  writeFileSync(join(folder, "trial.png"), Buffer.from((images.restored as string).split(",")[1] as string, "base64"));
  const measured = await readImage(join(folder, "trial.png"));
  assert.deepEqual(made.dataSync(), measured.dataSync());
  tf.dispose([made, measured]);

  // On another processor the last digits are others.
  const stored = openStore(join(dataFolder(), "results")).read(spec);
  assert.ok(stored, "the trial is not stored: npm run sweep -- restore");
  assert.ok(Math.abs((stored.metrics.psnr as number) - (metrics.psnr as number)) < 0.02, `${stored.metrics.psnr}`);
});

test("the smoke trial improves the photo, tells the parts' weights and quality, and leaves no tensor behind", () =>
  assertNoLeak(async () => {
    const [spec] = plans.planRestore("smoke");
    assert.ok(spec);
    const { metrics, images } = await computeTrial(spec, context);
    assert.ok((metrics.psnr as number) > (metrics.psnrNoisy as number) + 4, JSON.stringify(metrics));
    const weights = ["part1.weight", "part2.weight"].map((name) => metrics[name] as number);
    assert.ok(Math.abs((weights[0] as number) + (weights[1] as number) - 1) < 1e-9 && !("part3.weight" in metrics));
    assert.ok(
      Math.max(metrics["part1.psnr"] as number, metrics["part2.psnr"] as number) < (metrics.psnr as number) + 0.5,
    );
    assert.deepEqual(images, {});
  }));

test("its plan measures the library's own settings, and a spec that is out of range is refused", () => {
  const [command, ...crops] = plans.planRestore("default");
  assert.deepEqual(command?.settings, settingsOf("denoise"));
  assert.equal(crops.length, 2 * plans.priorCrop.images);
  assert.deepEqual(crops.at(-1)?.settings, settingsOf("denoise", "fast"));
  const [spec] = plans.planRestore("smoke");
  assert.throws(() => checkSpec({ ...spec, settings: { ...settingsOf("denoise"), adaptations: -1 } }), /adaptations/);
  assert.throws(() => checkSpec({ ...spec, priors: [] }), /priors/);
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encodePng, readImage } from "ddpm-dip/data";
import { settingsOf } from "ddpm-dip/fusion";
import { dataFolder, tf } from "ddpm-dip/runtime";
import { assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import { checkSpec, computeTrial, openStore, plans, type RestoreSpec, readNoisyCrop, trialKey } from "../src";
import { context } from "./helpers";

const command = join(__dirname, "..", "..", "..", "lib", "bin", "ddpm-dip.mjs");

test("what the command line makes of a photo is, bit for bit, what the trial of its settings measures", async () => {
  const spec = plans.commandTrial();
  const folder = temporaryFolder();
  const { clean, noisy } = await readNoisyCrop({ ...spec, ...spec.degradation });
  writeFileSync(join(folder, "noisy.png"), await encodePng(noisy));
  tf.dispose([clean, noisy]);
  const [photos, out] = [join(folder, "noisy.png"), join(folder, "out")];
  const words = ["restore", photos, ..."--task denoise --sigma 25 --out".split(" "), out];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [command, ...words, "--json"], {
    encoding: "utf8",
  });
  assert.equal(status, 0, `${signal ?? "no signal"}: ${stderr}`);
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
  const efforts = (["usual", "fast", "thorough"] as const).map((effort) =>
    JSON.stringify(settingsOf("denoise", effort)),
  );
  assert.ok(crops.every(({ settings }) => efforts.includes(JSON.stringify(settings))));
  const count = (from: string, effort: number) =>
    crops.filter(({ image, settings }) => image.from === from && JSON.stringify(settings) === efforts[effort]).length;
  const { images } = plans.priorCrop;
  assert.deepEqual(
    [0, 1, 2].map((effort) => count("cbsd68", effort)),
    [images + 2 * 8, images, images + 2 * 8],
  );
  assert.deepEqual(
    [0, 1, 2].map((effort) => count("other", effort)),
    [11, 11, 11],
  );
  const [spec] = plans.planRestore("smoke");
  assert.throws(() => checkSpec({ ...spec, settings: { ...settingsOf("denoise"), adaptations: -1 } }), /adaptations/);
  assert.throws(() => checkSpec({ ...spec, priors: [] }), /priors/);
});

test("the tune images compare the default with settings of one change each, and none is asked twice", () => {
  const named = plans.namedRestoreVariants("full");
  const [first] = named;
  assert.deepEqual(
    first?.spec,
    plans.restoreTrial(first?.spec.image as never, { sigma: 25, crop: plans.tuneCrops.side }),
  );
  assert.equal(
    new Set(named.map(({ spec }) => trialKey(spec))).size,
    plans.tuneCrops.images * plans.restoreVariants().length,
  );
});

test("how the adaptation is set changes what it makes, and a setting out of range is refused", async () => {
  const [spec] = plans.planRestore("smoke") as [RestoreSpec];
  const psnr = async (adaptation: RestoreSpec["settings"]["adaptation"]) =>
    (await computeTrial({ ...spec, settings: { ...spec.settings, adaptation } }, context)).metrics.psnr;
  const [usual, same, other, plain] = [
    await psnr(undefined),
    await psnr({ extraNoise: 0.1, recorruption: 0.7, learningRate: 1e-5, averageDecay: 0.95, selfEnsemble: true }),
    await psnr({ extraNoise: 0.25 }),
    await psnr({ selfEnsemble: false }),
  ];
  assert.equal(same, usual);
  assert.notEqual(other, usual);
  assert.notEqual(plain, usual);
  assert.throws(
    () => checkSpec({ ...spec, settings: { ...spec.settings, adaptation: { extraNoise: 0 } } }),
    /extraNoise/,
  );
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Evaluation } from "../../src/cli/evaluation";
import { evaluationTable, gainTable, toMarkdown } from "../../src/cli/evaluationTable";
import { defaultSettings } from "../../src/cli/settings";
import { spoilPhoto } from "../../src/cli/spoilPhoto";
import { byBoth } from "../../src/cli/tileMethod";
import { createIdentity } from "../../src/data";
import { settingsOf } from "../../src/fusion";
import { meanSquaredError } from "../../src/metrics";
import { openStream, type tf } from "../../src/runtime";
import { assertNoLeak, disposeAll, temporaryFolder } from "../helpers";
import { runMain, tinyModels, writePhoto } from "./tinyRun";

const score = (psnr: number) => ({ psnr, ssim: psnr / 40, seconds: 1 });

function evaluationOf(...psnrs: [number, number, number, number][]): Evaluation {
  const photos = psnrs.map(([given, restored, dip, ddpm], i) => ({
    photo: { file: `${i}.png`, given: `${i}.png`, name: `${i}` },
    status: "done" as const,
    result: {
      ...{ key: "", photo: "", finishedAt: "" },
      scores: { given: score(given), restored: score(restored), dip: score(dip), ddpm: score(ddpm) },
    },
  }));
  return { photos, skipped: [], out: "", seconds: 1, stopped: false };
}

test("the tables hold means, intervals around them, wins among the three, and paired gains", () => {
  const evaluation = evaluationOf([20, 30, 28, 29], [20, 31, 32, 27]);
  const rows = evaluationTable(evaluation);
  assert.deepEqual(
    rows.map(({ way, psnr, wins }) => [way, psnr, wins]),
    [
      ["as given", 20, ""],
      ["together", 30.5, 1],
      ["DIP alone", 30, 1],
      ["DDPM alone", 28, 0],
    ],
  );
  assert.deepEqual([rows[1]?.psnrLow, rows[1]?.psnrHigh], [30, 31]);
  assert.deepEqual(
    gainTable(evaluation).map(({ over, gain, won }) => [over, gain, won]),
    [
      ["as given", 10.5, "2 of 2"],
      ["DIP alone", 0.5, "1 of 2"],
      ["DDPM alone", 2.5, "2 of 2"],
    ],
  );
  const lines = toMarkdown(rows).split("\n");
  assert.equal(lines[0], "| way | photos | PSNR, dB | SSIM | seconds | best of three |");
  assert.match(lines[3] as string, /^\| together \| 2 \| 30.50 \(30.00 to 31.00\) \|/);
  assert.deepEqual(evaluationTable({ ...evaluation, photos: [] }), []);
});

test("a photo is spoilt by the noise that is asked for, the same for the same seed", () =>
  assertNoLeak(async () => {
    const file = await writePhoto(temporaryFolder(), "a.png", { sigma: 0, width: 64, height: 64 });
    const settings = { ...defaultSettings, sigma: 0.1 };
    const spoil = (seed: number) => spoilPhoto(readFileSync(file), "a", { ...settings, seed }, { keep: 0.5 });
    const [one, same, other] = [await spoil(1), await spoil(1), await spoil(2)];
    const error = meanSquaredError(one.measured, one.clean);
    // 12288 values: a standard error of 1.3 %.
    assert.ok(Math.abs(error / 0.01 - 1) < 0.05, `${error}`);
    assert.deepEqual(same.measured.dataSync(), one.measured.dataSync());
    assert.notDeepEqual(other.measured.dataSync(), one.measured.dataSync());
    for (const spoilt of [one, same, other]) spoilt.dispose();
  }));

for (const task of ["denoise", "inpaint", "super-resolve"]) {
  test(`${task}: the three ways are scored on one's own photos, and not again`, () =>
    assertNoLeak(async () => {
      const photos = temporaryFolder();
      await writePhoto(photos, "a.png", { sigma: 0, width: task === "super-resolve" ? 65 : 33, height: 64 });
      await writePhoto(photos, "grey.png", { sigma: 0, channels: 1, width: 64, height: 64 });
      const out = join(photos, "out");
      const quick = ["--fast", "--iterations", "3", "--adaptations", "0"];
      const words = ["evaluate", photos, "-t", task, ...quick, "-o", out, "--json"];
      const { code, stdout, stderr } = await runMain(words);
      assert.equal(code, 0, stderr);
      const { table, photos: listed } = JSON.parse(stdout);
      assert.deepEqual(
        table.ways.map(({ way }: { way: string }) => way),
        ["as given", "together", "DIP alone", "DDPM alone"],
      );
      assert.equal(listed.length, 2);
      assert.match(stderr, /\| together over \| gain, dB \| won \|/);
      assert.match(readFileSync(join(out, "table.csv"), "utf8"), /^way,photos,psnr,psnrLow,psnrHigh/);
      assert.equal(readFileSync(join(out, "photos.csv"), "utf8").trim().split("\n").length, 9);
      const again = await runMain(words);
      assert.match(again.stderr, /2 of 2 finished \(2 of them before\)/);
      assert.deepEqual(JSON.parse(again.stdout).table, table);
    }));
}

test("a share of known pixels out of range is refused", async () => {
  const photo = await writePhoto(temporaryFolder(), "a.png");
  const { code, stderr } = await runMain(["evaluate", photo, "-t", "inpaint", "--keep", "1.5", "-o", "/nowhere"]);
  assert.equal(code, 2);
  assert.match(stderr, /--keep: got 1.5, want a share between 0 and 1/);
});

test("DIP alone is fitted apart where it is not among the images that are weighed, and is shown once where it is", () =>
  assertNoLeak(async () => {
    const measured = openStream(1, "noise").uniform([1, 32, 32, 3], 0, 1) as tf.Tensor4D;
    const measurement = createIdentity();
    const task = { measurement, measured, sigma: 0.1, size: [32, 32] as const, whole: true };
    const usual = settingsOf("denoise", "thorough");
    for (const iterations of [0, 3]) {
      const settings = { ...defaultSettings, iterations, adaptations: 0 };
      const stages = new Set<string>();
      const method = byBoth({ ...tinyModels, withDip: true });
      const { dip, restored } = await method(task, { settings, seed: 1, onProgress: (_, stage) => stages.add(stage) });
      assert.ok(dip && restored);
      assert.equal(stages.has("DIP alone"), iterations === 0);
      assert.equal(restored.iterations, iterations);
      assert.ok(iterations === 0 ? dip.iterations > 3 && dip.iterations <= usual.iterations : dip.iterations === 3);
      disposeAll(dip.image, restored.image);
    }
    disposeAll(measured, measurement);
  }));

import assert from "node:assert/strict";
import { test } from "node:test";
import { analysis } from "../src";

test("the tables of the first protocol are read with their numbers as numbers", async () => {
  const settings = await analysis.formerSettings();
  assert.equal(settings.length, 34);
  const [first] = settings;
  assert.deepEqual(first, {
    ...{ setting: "extra noise a", chosen: 0.5, value: 0.25, psnr: 0.1402 },
    ...{ interval: "0.05 to 0.21", wins: 0.889, pairs: 9 },
  });
  assert.ok(settings.every(({ psnr, pairs }) => typeof psnr === "number" && pairs === 9));
  const baselines = await analysis.formerBaselines();
  assert.deepEqual(
    [baselines[0]?.fit, baselines[0]?.oracle, baselines[0]?.risk],
    ["two plain runs, averaged", 28.67, "–"],
  );
});

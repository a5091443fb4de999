import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chooseGain } from "../../src/cli/previews";
import { readResult, writeResult } from "../../src/cli/resultRecord";
import { errorAs, tellError } from "../../src/cli/results";
import { temporaryFolder } from "../helpers";

test("an estimated error is told in decibels and grey values; one below zero is not dressed up as a good one", () => {
  assert.deepEqual(errorAs(0.01), { psnr: 20, greyValues: 25.5 });
  assert.equal(tellError(0.01), "20.0 dB PSNR, as noise of sigma 25.5");
  assert.equal(errorAs(-1e-4), undefined);
  assert.match(tellError(-1e-4), /below zero: the noise level is too high/);
});

test("a difference is amplified as far as nearly all of it stays unclipped", () => {
  const differences = (largest: number) => Float32Array.from({ length: 1000 }, (_, i) => (largest * (i - 500)) / 500);
  assert.equal(chooseGain(differences(0.02)), 16);
  assert.equal(chooseGain(differences(0.2)), 2);
  assert.equal(chooseGain(differences(0.9)), 1);
});

test("a record is found by its key as long as its picture is the one that was written", async () => {
  const folder = temporaryFolder();
  const [record, picture] = [join(folder, "a.json"), join(folder, "below", "a.png")];
  const result = { key: "k", width: 2, height: 1, sigma: 0.1, sigmaEstimated: true, risk: 0.01, tiles: 1 };
  const costs = { iterations: 3, evaluations: 1, seconds: 0.5, reasons: ["because"] };
  assert.equal(readResult(record, picture, "k"), undefined);
  const written = await writeResult(record, picture, Buffer.from("picture"), { ...result, ...costs });
  assert.deepEqual(readResult(record, picture, "k"), written);
  assert.equal(readResult(record, picture, "other"), undefined);
  writeFileSync(picture, "another");
  assert.equal(readResult(record, picture, "k"), undefined);
  writeFileSync(record, "{");
  assert.equal(readResult(record, picture, "k"), undefined);
});

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chooseGain } from "../../src/cli/previews";
import { readResult, writeResult } from "../../src/cli/resultRecord";
import { errorAs, tellError } from "../../src/cli/results";
import { temporaryFolder } from "../helpers";
import { previews } from "./tinyResult";

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

const result = {
  ...{
    key: "k",
    owner: "o",
    round: "r",
    photo: "p",
    width: 2,
    height: 1,
    sigma: 0.1,
    sigmaEstimated: true,
    risk: 0.01,
    tiles: 1,
  },
  ...{ iterations: 3, evaluations: 1, seconds: 0.5, reasons: ["because"] },
  previews,
};

function place(): { picture: string; record: string } {
  const folder = temporaryFolder();
  return { record: join(folder, "a.json"), picture: join(folder, "below", "a.png") };
}

test("a record is read as long as it and its picture are what was written", async () => {
  const files = place();
  assert.deepEqual(readResult(files, "o"), {});
  const { result: written, kept } = await writeResult(files, Buffer.from("picture"), result);
  assert.deepEqual(kept, []);
  assert.deepEqual(readResult(files, "o"), { result: written });
  writeFileSync(files.picture, "another");
  assert.match(readResult(files, "o").damage ?? "", /a.png is not the picture that was written/);
  rmSync(files.picture);
  assert.deepEqual(readResult(files, "o"), {});
  writeFileSync(files.picture, "picture");
  const text = readFileSync(files.record, "utf8");
  for (const [wrong, why] of [
    [text.replace('"risk": 0.01', '"risk": 0.001'), /a.json is damaged: its content does not match its digest/],
    [text.slice(0, 40), /a.json is damaged: it is no JSON document/],
    ["null", /a.json is damaged: its content does not match its digest/],
  ] as const) {
    writeFileSync(files.record, wrong);
    assert.match(readResult(files, "o").damage ?? "", why);
  }
});

test("a result replaces the one before it; what was changed since is kept under another name", async () => {
  const files = place();
  await writeResult(files, Buffer.from("one"), result);
  assert.deepEqual((await writeResult(files, Buffer.from("two"), result)).kept, []);
  writeFileSync(files.picture, "retouched");
  const { kept } = await writeResult(files, Buffer.from("three"), result);
  assert.match(kept.join(), /a.png was changed since it was written: kept as .*a.changed.png/);
  assert.equal(readFileSync(files.picture.replace("a.png", "a.changed.png"), "utf8"), "retouched");
  writeFileSync(files.record, "notes");
  writeFileSync(files.picture, "again");
  assert.equal((await writeResult(files, Buffer.from("four"), result)).kept.length, 2);
  assert.equal(readFileSync(files.picture.replace("a.png", "a.changed-2.png"), "utf8"), "again");
  assert.equal(readFileSync(files.record.replace("a.json", "a.changed.json"), "utf8"), "notes");
  assert.ok(readResult(files, "o").result);
});

test("a result of another photo or folder does not count, vouches for no picture, and is kept", async () => {
  const files = place();
  await writeResult(files, Buffer.from("theirs"), { ...result, owner: "another" });
  assert.match(readResult(files, "o").damage ?? "", /a.json is of another photo or another folder of results/);
  const { kept } = await writeResult(files, Buffer.from("own"), result);
  assert.equal(kept.length, 2, kept.join());
  assert.equal(readFileSync(files.picture.replace("a.png", "a.changed.png"), "utf8"), "theirs");
  assert.match(readFileSync(files.record.replace("a.json", "a.changed.json"), "utf8"), /"owner": "another"/);
  assert.ok(readResult(files, "o").result);
});

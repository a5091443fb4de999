import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chooseGain } from "../../src/cli/previews";
import { readResult, resultSchema, writeResult } from "../../src/cli/resultRecord";
import { errorAs, tellError } from "../../src/cli/results";
import { seal } from "../../src/cli/sealed";
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

const picturePlace = (part: string) => `.ddpm-dip/previews/k-${part}-${"0".repeat(32)}.png`;
const previews = {
  ...{ before: picturePlace("before"), after: picturePlace("after"), difference: picturePlace("difference") },
  gain: 1,
};
const result = {
  ...{ key: "k", owner: "o", round: "r", photo: "p", width: 2, height: 1, sigma: 0.1, sigmaEstimated: true },
  ...{ risk: 0.01, tiles: 1, iterations: 3, evaluations: 1, seconds: 0.5, reasons: ["because"], previews },
};

function place(): { picture: string; record: string } {
  const folder = temporaryFolder();
  return { record: join(folder, "a.json"), picture: join(folder, "below", "a.png") };
}

test("a record or a picture that is not what was written is named, and counts as not there", async () => {
  const files = place();
  const { result: written, kept } = await writeResult(files, Buffer.from("picture"), result);
  assert.deepEqual(kept, []);
  const text = readFileSync(files.record, "utf8");
  const without = ({ [name]: _, ...rest }: Record<string, unknown>) => rest;
  let name = "";
  const read = () => readResult(files, "o");
  assert.deepEqual(read(), { result: written });
  assert.match(readResult(files, "other").damage ?? "", /a.json is of another photo or another folder of results/);
  const records: [text: string, damage: RegExp][] = [
    ["", /it is no JSON document/],
    [text.slice(0, -20), /it is no JSON document/],
    ["null", /its content does not match its digest/],
    ["[]", /its content does not match its digest/],
    ["{}", /its content does not match its digest/],
    [text.replace("0.01", "0.02"), /its content does not match its digest/],
    [text.replace("because", "becouse"), /its content does not match its digest/],
    [text.replace('"digest"', '"digset"'), /its content does not match its digest/],
    // Of denoising alone, and so left out elsewhere.
    ...Object.keys(resultSchema.shape).flatMap((field): [string, RegExp][] => {
      name = field;
      return field === "noiseCorrelation" ? [] : [[seal(without(written)), new RegExp(`${field}: Invalid input`)]];
    }),
    [seal({ ...written, noiseCorrelation: "none" }), /noiseCorrelation: Invalid input/],
    [seal({ ...written, finishedAt: "yesterday" }), /finishedAt: Invalid ISO datetime/],
    [seal({ ...written, previews: { ...previews, after: undefined } }), /previews.after: Invalid input/],
    // Places that are not those of its own pictures would be removed with it.
    ...[
      ["before", "../precious.txt"],
      ["after", "/etc/passwd"],
      ["difference", "a.png"],
      ["before", `.ddpm-dip/previews/../${previews.before}`],
      ["after", previews.before],
      ["after", previews.after.replace("png", "txt")],
    ].map(([part = "", path = ""]): [string, RegExp] => [
      seal({ ...written, previews: { ...previews, [part]: path } }),
      new RegExp(`previews.${part}: want a picture of its own`),
    ]),
    [seal({ ...written, picture: "0" }), /a.png is not the picture that was written/],
  ];
  for (const [damaged, damage] of records) {
    writeFileSync(files.record, damaged);
    assert.equal(read().result, undefined);
    assert.match(read().damage ?? "", damage);
  }
  writeFileSync(files.record, text);
  writeFileSync(files.picture, "another");
  assert.match(read().damage ?? "", /a.png is not the picture that was written/);
  rmSync(files.picture);
  assert.deepEqual(read(), {});
  mkdirSync(files.picture);
  assert.match(read().damage ?? "", /a.png cannot be read: EISDIR/);
  rmSync(files.record);
  mkdirSync(files.record);
  assert.match(read().damage ?? "", /a.json is damaged: EISDIR/);
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

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { readResult, resultSchema, writeResult } from "../../src/cli/resultRecord";
import { filesOf } from "../../src/cli/results";
import { seal } from "../../src/cli/sealed";
import { temporaryFolder } from "../helpers";
import { picturePlace, previews } from "./tinyResult";

const version = { risk: 1e-3, tiles: 1, iterations: 2, evaluations: 3, seconds: 4, reasons: ["because"] };
const mark = { owner: "o", round: "r" };
const result = {
  key: "k",
  ...mark,
  photo: "p",
  width: 1,
  height: 1,
  sigma: 0.1,
  sigmaEstimated: false,
  ...version,
  previews,
};
const picture = Buffer.from("picture");

test("a record or a picture that is not what was written is named, and counts as not there", async () => {
  const files = filesOf(temporaryFolder(), "a");
  const { result: written } = await writeResult(files, picture, result);
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
    [text.replace("0.001", "0.002"), /its content does not match its digest/],
    [text.replace("because", "becouse"), /its content does not match its digest/],
    [text.replace('"digest"', '"digset"'), /its content does not match its digest/],
    // Of denoising alone, and so left out elsewhere.
    ...Object.keys(resultSchema.shape).flatMap((field): [string, RegExp][] => {
      name = field;
      return field === "noiseCorrelation" ? [] : [[seal(without(written)), new RegExp(`${field}: Invalid input`)]];
    }),
    [seal({ ...written, noiseCorrelation: "none" }), /noiseCorrelation: Invalid input/],
    [seal({ ...written, finishedAt: "yesterday" }), /finishedAt: Invalid ISO datetime/],
    [seal({ ...written, risk: "small" }), /risk: Invalid input/],
    [seal({ ...written, previews: { before: "b" } }), /previews.after: Invalid input/],
    // Places that are not those of its own pictures would be removed with it.
    ...[
      ["before", "../precious.txt"],
      ["after", "/etc/passwd"],
      ["difference", "a.png"],
      ["before", `.ddpm-dip/previews/../${picturePlace("before")}`],
      ["after", previews.before],
      ["after", previews.after.replace("/k-", "/another-")],
      ["after", previews.after.replace("png", "txt")],
    ].map(([part = "", path = ""]): [string, RegExp] => [
      seal({ ...written, previews: { ...previews, [part]: path } }),
      new RegExp(`previews.${part}: got "${path}", want a picture of its own`),
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

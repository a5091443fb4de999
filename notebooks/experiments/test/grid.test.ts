import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../lib/test/helpers";
import { grid, looseFile, openStore, plans, readAllStored, type SpecOf, type TrialRecord, trialKey } from "../src";

const [base] = plans.planVariants("smoke") as [SpecOf<"dip-fit">];

test("a grid is every combination, the last axis innermost, and a field that varies may be left out of the base", () => {
  const { inputNoise: _, ...rest } = base;
  const specs = grid(rest, { inputNoise: [0.25, 0.5], seed: [1, 2] });
  assert.deepEqual(
    specs.map(({ inputNoise, seed }) => [inputNoise, seed]),
    [
      [0.25, 1],
      [0.25, 2],
      [0.5, 1],
      [0.5, 2],
    ],
  );
  assert.deepEqual(specs[0], { ...base, inputNoise: 0.25, seed: 1 });
  assert.deepEqual(grid(base, {}), [base]);
});

test("a grid without values, with a value out of range or with a trial twice is refused by name", () => {
  assert.throws(() => grid(base, { inputNoise: [] }), /RangeError: inputNoise: got no values, want at least one/);
  assert.throws(() => grid(base, { inputNoise: [0.25, -1] }), /RangeError: .*inputNoise: .*\(got -1\)/);
  assert.throws(
    () => grid(base, { inputNoise: [0.25, 0.25] }),
    /RangeError: the grid names a trial twice: .*"inputNoise":0\.25/,
  );
  // @ts-expect-error A field of another method is refused before anything runs.
  assert.throws(() => grid(base, { patchSize: [16] }), /patchSize/);
});

test("every file of a store is read and checked; one that is cut, altered or another trial's is named with the reason", async () => {
  const folder = temporaryFolder();
  assert.deepEqual([...readAllStored(join(folder, "none"))], []);
  const record: TrialRecord = {
    key: trialKey(base),
    spec: base,
    ...{ curves: {}, metrics: { psnr: 20 }, images: {}, costs: { seconds: 1, peakMiB: 1 } },
    ...{ versions: {}, machine: { processor: "p", cores: 1, memoryGiB: 1, gpu: false } },
    ...{ engine: "recorded", finishedAt: "2026-01-01T00:00:00.000Z" },
  };
  await openStore(folder).write(record);
  const file = looseFile(folder, record.key);
  const text = readFileSync(file, "utf8");
  const [cut, altered, other] = ["a", "b", "c"].map((letter) => `${letter}-${letter.repeat(16)}`) as [
    string,
    string,
    string,
  ];
  writeFileSync(looseFile(folder, cut), text.slice(0, 40));
  writeFileSync(looseFile(folder, altered), text.replace('"psnr":20', '"psnr":30'));
  writeFileSync(looseFile(folder, other), text);
  // No trial's name.
  writeFileSync(looseFile(folder, "package"), "{}");
  writeFileSync(join(folder, "notes.txt"), "");
  mkdirSync(join(folder, "more"));
  const stored = [...readAllStored(folder)];
  assert.deepEqual(
    stored.map(({ key, record: found, damage }) => [
      key,
      found?.metrics.psnr,
      damage?.replace(/^.*JSON.*$/, "no JSON"),
    ]),
    [
      [cut, undefined, "no JSON"],
      [altered, undefined, "its content does not match its digest"],
      [other, undefined, `it holds the trial ${record.key}`],
      [record.key, 20, undefined],
    ],
  );
});

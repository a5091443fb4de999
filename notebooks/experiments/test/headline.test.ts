import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../lib/test/helpers";
import { headline, openStore, type TrialRecord } from "../src";

type Metrics = Record<string, number>;

/** A record with what is looked at, and nothing else. */
function record(spec: object, metrics: Metrics, curves: Record<string, number[]> = {}): TrialRecord {
  return { spec, metrics, curves, images: {} } as unknown as TrialRecord;
}

test("DIP's best start stands beside noise; without samples of both there is nothing to compare", () => {
  const sample = (frechet: number, start?: object) =>
    record(
      { method: "ddpm-sample", generator: { levels: 10 }, count: 5, ...(start && { start }) },
      { "imagenet.frechet": frechet, "imagenet.recall": 0.5 },
    );
  const starts = [sample(80, { of: "dip", level: 400 }), sample(70, { of: "dip", level: 600 })];
  const found = headline.compareSamples([...starts, sample(60, { of: "image", level: 200 }), sample(90)]);
  assert.deepEqual([found?.level, found?.fromDip.frechet, found?.fromNoise.frechet], [600, 70, 90]);
  assert.equal(headline.compareSamples(starts), undefined);
});

test("costs are added up from the store; a damaged trial is named, a folder that is not there is empty", async () => {
  const folder = temporaryFolder();
  const write = (key: string, seconds: number) =>
    openStore(folder).write({
      ...{ key, spec: { method: "none" }, curves: {}, metrics: {}, images: {}, costs: { seconds, peakMiB: 1 } },
      ...{ versions: {}, machine: { processor: "P", cores: 2, memoryGiB: 1, gpu: false } },
      ...{ engine: "recorded", finishedAt: "2026-01-01T00:00:00.000Z" },
    });
  await write("a", 1800);
  await write("b", 5400);
  assert.deepEqual(headline.readCosts(folder, join(folder, "none")), {
    trials: 2,
    trialHours: 2,
    trainings: [],
    machines: ["P, 2 cores"],
  });
  writeFileSync(join(folder, "c.json"), "{");
  assert.throws(() => headline.readCosts(folder, folder), /the stored trial .*c\.json is damaged/);
  const photos = headline.readCosts(join(folder, "none")).trainings.find(({ name }) => name === "photos");
  assert.ok(photos && photos.hours > 0.1 && photos.parameters > 1e5);
});

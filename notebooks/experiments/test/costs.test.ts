import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../lib/test/helpers";
import { looseFile, openStore, readCosts } from "../src";

const keyOf = (digit: number) => `none-${String(digit).padStart(16, "0")}`;

test("costs are added up from the store; a damaged trial is named, a folder that is not there is empty", async () => {
  const folder = temporaryFolder();
  const write = (key: string, seconds: number) =>
    openStore(folder).write({
      ...{ key, spec: { method: "none" }, curves: {}, metrics: {}, images: {}, costs: { seconds, peakMiB: 1 } },
      ...{ versions: {}, machine: { processor: "P", cores: 2, memoryGiB: 1, gpu: false } },
      ...{ engine: "recorded", finishedAt: "2026-01-01T00:00:00.000Z" },
    });
  await write(keyOf(1), 1800);
  await write(keyOf(2), 5400);
  assert.deepEqual(readCosts(folder, join(folder, "none")), {
    trials: 2,
    trialHours: 2,
    trainings: [],
    machines: ["P, 2 cores"],
  });
  writeFileSync(looseFile(folder, keyOf(3)), "{");
  assert.throws(() => readCosts(folder, folder), /the stored trial .*3\.json is damaged/);
  const photos = readCosts(join(folder, "none")).trainings.find(({ name }) => name === "photos");
  assert.ok(photos && photos.hours > 0.1 && photos.parameters > 1e5);
});

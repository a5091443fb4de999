import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sum } from "simple-statistics";
import { temporaryFolder } from "../test/helpers.mjs";
import { digestOf, openDraws, runCampaign, type Victim } from "./campaign.mjs";

const top = temporaryFolder();

/** Writes five files of two halves, each half after a pause: in place, or beside and then under its name. What is there it leaves. */
function writer(name: string, isCareful: boolean): Victim {
  const script = join(top, `${name}.mjs`);
  const place = isCareful ? "file + '.part'" : "file";
  writeFileSync(
    script,
    `import { appendFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
for (let i = 0; i < 5; i++) {
  const file = process.argv[2] + "/" + i;
  if (existsSync(file)) continue;
  writeFileSync(${place}, "one half,");
  await sleep(60);
  appendFileSync(${place}, "the other");
  ${isCareful ? "renameSync(file + '.part', file);" : ""}
}`,
  );
  return {
    prepare() {},
    words: (folder) => [script, folder],
    look: (folder) =>
      Object.fromEntries(
        [0, 1, 2, 3, 4]
          .map((i) => join(folder, String(i)))
          .filter((file) => existsSync(file))
          .map((file, i) => [`file ${i}`, digestOf(readFileSync(file))]),
      ),
  };
}

const limits = (seed: string) => ({ draw: openDraws(seed), until: Date.now() + 60_000, most: 30 });

test("a campaign finds a program that leaves half a file behind, and keeps the folder", async () => {
  await assert.rejects(runCampaign(writer("careless", false), limits("a")), (error: Error) => {
    assert.match(error.message, /^file \d: [0-9a-f]{64}, undisturbed [0-9a-f]{64} \(kept: (.*)\)$/);
    const folder = /\(kept: (.*)\)$/.exec(error.message)?.[1] ?? "";
    assert.ok(existsSync(join(folder, "calm", "4")));
    rmSync(folder, { recursive: true });
    return true;
  });
});

test("one that writes beside and renames passes, however it is ended", async () => {
  const { kills, ends } = await runCampaign(writer("careful", true), limits("b"));
  assert.equal(sum(Object.values(kills)), 30);
  assert.ok(ends >= 1);
});

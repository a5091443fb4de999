import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { runMain, temporaryFolder } from "../test/helpers.mjs";
import { listHomes } from "./pack.mjs";

const folder = temporaryFolder();
const stored = join(root, "data", "results");
for (const name of ["cropGalleryDdpm.jsonl", "pictures"])
  cpSync(join(stored, name), join(folder, name), { recursive: true });

const results = (words: object) => runMain("results", { prune: false, ...words }, { DDPM_DIP_RESULTS: folder });

test("trials are listed by plan, unpacked, packed again, and named where they are damaged", () => {
  const file = join(folder, "cropGalleryDdpm.jsonl");
  const text = readFileSync(file, "utf8");
  const row = /cropGalleryDdpm +4 +0\.\d+ +0\n\d+ pictures +\d+\.\d+ *\nall +4 +\d+\.\d+ +0\n/;
  assert.match(results({ do: "list" }).stdout, row);
  assert.match(
    results({ do: "unpack", plan: "cropGalleryDdpm" }).stdout,
    /^4 trials are in files of their own in .*loose\n/,
  );
  assert.match(results({ do: "list" }).stdout, /\(not packed\) +4 /);
  const packed = results({ do: "pack" });
  assert.equal(packed.status, 0, packed.stderr);
  assert.match(packed.stdout, /^4 trials packed in /);
  assert.equal(readFileSync(file, "utf8"), text);
  assert.deepEqual(readdirSync(join(folder, "loose")), []);
  writeFileSync(file, text.replace("psnr", "pnsr"));
  const damaged = results({ do: "list" });
  assert.equal(damaged.status, 1);
  assert.match(damaged.stdout, /cropGalleryDdpm +4 +0\.\d+ +1\n/);
  assert.match(
    damaged.stderr,
    /^damaged: .*cropGalleryDdpm\.jsonl, line 1 \(ddpm-restore-\w+\): its content does not match its digest$/m,
  );
  const unknown = results({ do: "unpack", plan: "hole" });
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /^error: PLAN: got "hole", packed are cropGalleryDdpm$/m);
});

test("what the project stores is packed, in its place, sorted, and has the pictures that notebooks show", () => {
  const homes = listHomes();
  const isShown = experiment.plans.listShownPictures(["default"]);
  let shown = 0;
  const before = new Map<string, string>();
  for (const trial of experiment.readAllStored(stored)) {
    // Others are being computed here.
    if (trial.line === undefined) continue;
    assert.ok(trial.record, `${experiment.placeOf(trial)}: ${trial.damage}`);
    const plan = experiment.planOf(trial.file);
    assert.equal(plan, homes.get(trial.key));
    assert.ok((before.get(plan) ?? "") < trial.key, trial.key);
    before.set(plan, trial.key);
    const kept = Object.keys(trial.record.images);
    shown += kept.length;
    const names = Object.getOwnPropertyNames(trial.record.images);
    assert.deepEqual(
      kept,
      names.filter((name) => isShown(trial.key, name)),
      trial.key,
    );
  }
  assert.ok(shown > 400 && existsSync(join(stored, "cropGalleryDdpm.jsonl")));
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { listHomes } from "./pack.mjs";

const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-results-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const stored = join(root, "data", "results");
mkdirSync(folder, { recursive: true });
for (const name of ["cropGalleryDdpm.jsonl", "pictures"])
  cpSync(join(stored, name), join(folder, name), { recursive: true });

/** The program without the set-up before it. */
function results(words: object) {
  const main = join(root, "scripts", "results", "main.mts");
  const env = { ...process.env, DDPM_DIP_RESULTS: folder };
  const all = JSON.stringify({ prune: false, ...words });
  return spawnSync(process.execPath, ["--import", "tsx", main, all], { cwd: root, env, encoding: "utf8" });
}

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

test("wrong words end with 2 and the help, before any work", () => {
  for (const [words, message] of [
    [["packs"], /error: got "packs", want pack, unpack or nothing/],
    [["pack", "tasks"], /error: got "tasks" after "pack", want nothing/],
    [["unpack", "tasks", "paper"], /error: got "paper" after "unpack", want one plan at most/],
    [["--prune"], /error: --prune: belongs to pack/],
    [["--all"], /error: Unknown option '--all'/],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts", "results.mjs"), ...words], {
      encoding: "utf8",
    });
    assert.equal(status, 2);
    assert.match(stderr, message);
    assert.match(stderr, /Usage: npm run results/);
  }
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

import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { runMain, temporaryFolder } from "../test/helpers.mjs";
import { computeExternal, startTool } from "./compute.mjs";

const folder = temporaryFolder();
const fake = join(root, "scripts", "baselines", "fakeTool.mjs");

const spec: experiment.ExternalSpec = {
  method: "denoiser",
  image: { from: "photos", name: "coffee" },
  crop: 32,
  sigma: 25 / 255,
  denoiser: { kind: "cbm3d", version: "4.0.3", profile: "np" },
  keepImages: false,
  seeds: { noise: 1 },
};

/** Computes the trial by the fake tool, which is told what to do. */
async function compute(order: string): Promise<experiment.TrialRecord> {
  process.env.FAKE_TOOL = order;
  const tool = await startTool(process.execPath, [fake]);
  try {
    return await computeExternal(spec, tool);
  } finally {
    delete process.env.FAKE_TOOL;
    await tool.close();
  }
}

test("the tool is given the very pixels of the trial, and its versions and licence are in the record", async () => {
  const record = await compute("");
  const context = { onProgress: () => undefined, signal: new AbortController().signal, engine: "recorded" } as const;
  const same = await experiment.computeTrial({ ...spec, denoiser: { kind: "noisy" } }, context);
  assert.equal(record.metrics.psnr, same.metrics.psnr);
  assert.equal(record.metrics.ssim, same.metrics.ssim);
  assert.equal(record.metrics.seconds, 0.5);
  assert.equal(record.key, experiment.trialKey(spec));
  assert.deepEqual(
    [record.versions.bm3d, record.versions.licence, record.costs.peakMiB],
    ["4.0.3", "Tampere University, non-commercial use only", 100],
  );
});

test("an image of another shape is refused, and what a tool says of its failure is passed on", async () => {
  await assert.rejects(compute("shape"), /cbm3d: made an image of \[2,3,3\], want \[32,32,3\]/);
  await assert.rejects(compute("fails"), /MemoryError: too large/);
  await assert.rejects(startTool(join(folder, "nobody"), []), /cannot run .*nobody/);
});

/** Runs the program on a plan of three trials with the fake tool in place of Python. */
function run(order: string, task = "run") {
  chmodSync(fake, 0o755);
  const plan = join(folder, "plan.mts");
  const specs = [1, 2, 3].map((noise) => ({ ...spec, seeds: { noise } }));
  writeFileSync(plan, `export default ${JSON.stringify([...specs, { ...spec, denoiser: { kind: "noisy" } }])};`);
  const env = { FAKE_TOOL: order, DDPM_DIP_BASELINES_PYTHON: fake, DDPM_DIP_RESULTS: join(folder, "results") };
  return runMain("baselines", { plans: [plan], do: task, from: folder }, env);
}

test("a run that dies keeps what it finished, the next goes on, and a third has nothing to do", () => {
  const loose = join(folder, "results", "loose");
  const count = () => (existsSync(loose) ? readdirSync(loose).length : 0);
  const old = run("old");
  assert.equal(old.status, 1, old.stdout);
  assert.match(old.stderr, /error: a trial names bm3d 4\.0\.3, installed is 3\.0\.0/);
  assert.equal(count(), 0);
  const dying = run("dies");
  assert.equal(dying.status, 1, dying.stdout);
  assert.match(dying.stderr, /ended with code 3/);
  assert.equal(count(), 1);
  const second = run("");
  assert.equal(second.status, 0, second.stderr);
  assert.match(second.stdout, /3 trials of external tools: 1 stored, 2 missing/);
  assert.match(second.stdout, /2 of 2: cbm3d coffee \d+\.\d+ dB/);
  assert.equal(count(), 3);
  const third = run("", "list");
  assert.match(third.stdout, /plan\.mts +3 +3/);
});

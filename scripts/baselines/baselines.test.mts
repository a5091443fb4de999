import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { computeExternal } from "./compute.mjs";
import { decodeNpy, encodeNpy } from "./npy.mjs";
import { startTool } from "./tool.mjs";

const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-baselines-"));
after(() => rmSync(folder, { recursive: true, force: true }));
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
    return await computeExternal(spec, tool, join(folder, "work"));
  } finally {
    delete process.env.FAKE_TOOL;
    await tool.close();
    assert.deepEqual(readdirSync(join(folder, "work")), []);
  }
}

test("an array comes back from NumPy's format as it went, and other bytes are refused", () => {
  const values = Float32Array.from([0.1, -2, 3e-9, 1, 0, 7]);
  const bytes = encodeNpy({ shape: [1, 2, 3], values });
  assert.equal((bytes.length - 4 * values.length) % 64, 0);
  assert.deepEqual(decodeNpy(bytes), { shape: [1, 2, 3], values });
  assert.throws(() => decodeNpy(bytes.subarray(0, -1)), /bytes for \[1,2,3\], want 24/);
  assert.throws(() => decodeNpy(Buffer.from("PNG")), /no \.npy file/);
  const doubles = Buffer.from(bytes.toString("latin1").replace("<f4", "<f8"), "latin1");
  assert.throws(() => decodeNpy(doubles), /want float32 row by row/);
});

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
  const words = JSON.stringify({ plans: [plan], do: task, from: folder });
  const env = {
    ...process.env,
    FAKE_TOOL: order,
    DDPM_DIP_BASELINES_PYTHON: fake,
    DDPM_DIP_RESULTS: join(folder, "results"),
  };
  const script = join(root, "scripts", "baselines", "main.mts");
  return spawnSync(process.execPath, ["--import", "tsx", script, words], { cwd: root, env, encoding: "utf8" });
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

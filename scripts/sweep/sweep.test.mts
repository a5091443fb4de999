import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as experiment from "ddpm-dip-experiments";
import { findPython } from "../setup/prerequisites.mjs";
import { root } from "../setup/process.mjs";
import { runCommand, runNode, temporaryFolder } from "../test/helpers.mjs";
import { formatDuration, openEstimate, wallSeconds } from "./costs.mjs";
import { formatJobs, type Missing, packJobs, secondsOf, writeJobs } from "./jobs.mjs";
import { missingPrograms, startSlurm } from "./ownSlurm.mjs";
import { readPlan } from "./plans.mjs";
import { workerCommand } from "./runJobs.mjs";
import { addResources, installSnakemake, runSnakemake, snakemakeWords } from "./runSnakemake.mjs";
import { fitPower } from "./scaling.mjs";

const top = temporaryFolder();

const [task] = experiment.plans.planCriteria("smoke");
assert.ok(task);
const base = { ...task, keepImages: false, readEvery: 1 };
/** Tiny trials, one for each number of iterations. */
const tiny = (iterations: number[]) => experiment.grid(base, { iterations });
const missingOf = (specs: experiment.TrialSpec[]): Missing[] => specs.map((spec) => ({ spec, cost: undefined }));
const missing = (seconds: (number | undefined)[]): Missing[] =>
  seconds.map((one) => ({ spec: base, cost: one === undefined ? undefined : { seconds: one, peakMiB: 500 } }));

/** A plan of one's own in a file, and an empty store for it. */
function prepare(name: string, specs: experiment.TrialSpec[]) {
  const [plan, results] = [join(top, `${name}.mts`), join(top, name)];
  writeFileSync(plan, `export default ${JSON.stringify(specs)};\n`);
  const files = specs.map((spec) => experiment.looseFile(results, experiment.trialKey(spec)));
  const env = { ...process.env, DDPM_DIP_RESULTS: results, DDPM_DIP_PROFILE: "smoke" };
  return { plan, results, files, env };
}

/** Why Snakemake cannot be had here; nothing else of the project needs so new a Python. */
let lacking = "";
try {
  findPython({ oldestMinor: 11, purpose: " by Snakemake" });
} catch (error) {
  lacking = String(error);
}

const script = join(root, "scripts", "sweep.mjs");
const sweep = (words: string[], env: NodeJS.ProcessEnv) => runCommand("sweep", words, { env });
const finishedAt = (file: string) => JSON.parse(readFileSync(file, "utf8")).record.finishedAt as string;

async function until(what: string, done: () => boolean, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 1200 && !done(); i++) {
    assert.equal(child.exitCode, null, `the sweep ended before ${what}`);
    await sleep(50);
  }
  assert.ok(done(), `not within a minute: ${what}`);
}

/** The processes that compute trials for a store. */
function workersOf(results: string): number[] {
  const lines = spawnSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" }).stdout.split("\n");
  return lines.flatMap((line) => {
    const [, pid, file] = /^\s*(\d+)\s+\S*node .*worker\.mts (\S+\.json)$/.exec(line) ?? [];
    return file && existsSync(file) && JSON.parse(readFileSync(file, "utf8")).results === results ? [Number(pid)] : [];
  });
}

test("quick trials share a process until it is worth its start, and no core is left idle for it", () => {
  const sizes = (jobs: { trials: unknown[] }[]) => jobs.map(({ trials }) => trials.length);
  assert.deepEqual(sizes(packJobs(missing([20, 10, 10, 40, 5, 5]), { cores: 1 })), [2, 1, 1, 2]);
  assert.deepEqual(sizes(packJobs(missing([1, 1, 1, 1]), { cores: 2 })), [1, 1, 1, 1]);
  assert.deepEqual(sizes(packJobs(missing([undefined, undefined]), { cores: 1 })), [1, 1]);
  assert.deepEqual(sizes(packJobs(missing([50, 50, 50]), { cores: 4, group: 2 })), [2, 1]);
  assert.deepEqual(
    packJobs(missing([1, 2]), { cores: 1, group: 2 }).map(({ name, trials }) => [name, secondsOf({ name, trials })]),
    [["trials_1", 6]],
  );
});

test("the time on several cores is that of the longest job first, each core taking the next", () => {
  assert.equal(wallSeconds([1, 2, 3, 4], 1), 10);
  assert.equal(wallSeconds([1, 2, 3, 4], 2), 5);
  assert.equal(wallSeconds([9, 1, 1], 2), 9);
  assert.deepEqual([89, 600, 7200].map(formatDuration), ["89 s", "10 min", "2.0 h"]);
  const jobs = packJobs(missing([7, undefined]), { cores: 2, group: 1 });
  const text = formatJobs(jobs, { total: 5, cores: 2 });
  assert.match(
    text,
    /^5 trials: 3 stored, 2 missing, in 2 jobs\n {2}on 1 core: about 43 s\n {2}on 2 cores: about 33 s \(as asked for\)\n/,
  );
  assert.match(text, /1 have none like them and count half a minute each$/);
  assert.equal(formatJobs([], { total: 5, cores: 2 }), "5 trials: 5 stored, 0 missing; nothing to do");
});

test("a cost is taken from the plan's own trials, else from those of the method, else it is not known", () => {
  const [one, two, three] = tiny([1, 2, 3]) as [experiment.TrialSpec, experiment.TrialSpec, experiment.TrialSpec];
  const record = (spec: experiment.TrialSpec, seconds: number, peakMiB: number) =>
    ({ key: experiment.trialKey(spec), spec, costs: { seconds, peakMiB } }) as experiment.TrialRecord;
  const estimate = openEstimate([record(one, 2, 600), record(two, 4, 500)]);
  assert.deepEqual(estimate({ name: "a", specs: [one, three] }, three), { seconds: 2, peakMiB: 600 });
  assert.deepEqual(estimate({ name: "b", specs: [three] }, three), { seconds: 3, peakMiB: 600 });
  assert.equal(openEstimate([])({ name: "c", specs: [three] }, three), undefined);
});

test("the power of a law of pixels is found again", () => {
  const readings = [64, 128, 256].map((size) => [size ** 2, 3 * size ** (2 * 0.7)] as const);
  assert.ok(Math.abs(fitPower(readings) - 0.7) < 1e-12);
});

test("a cluster's jobs ask for memory and time unless the user does", () => {
  const ours = { mem_mb: 2000, runtime: 30 };
  assert.deepEqual(addResources(["--slurm-no-account"], ours), [
    ...["--default-resources", "mem_mb=2000", "runtime=30", "--slurm-no-account"],
  ]);
  assert.deepEqual(addResources(["--default-resources", "slurm_partition=main", "runtime=5"], ours), [
    ...["--default-resources", "mem_mb=2000", "slurm_partition=main", "runtime=5"],
  ]);
});

test("a plan is known by its name with or without the word plan, and by a file such as the example of the documentation", async () => {
  const names = await Promise.all(["variants", "planVariants"].map((name) => readPlan(name, "smoke", root)));
  assert.deepEqual(names[0], names[1]);
  assert.deepEqual(names[0]?.specs, experiment.plans.planVariants("smoke"));
  const { specs } = await readPlan("examplePlan.mts", "default", join(root, "scripts", "sweep"));
  assert.equal(specs.length, 36);
  const example = readFileSync(join(root, "scripts", "sweep", "examplePlan.mts"), "utf8");
  assert.ok(
    readFileSync(join(root, "environment.md"), "utf8").includes(example),
    "environment.md shows another example",
  );
  const wrong = join(top, "wrong.mts");
  writeFileSync(wrong, `export default [${JSON.stringify({ ...base, iterations: 0 })}];\n`);
  await assert.rejects(readPlan(wrong, "smoke", root), /the trial's spec is not valid: iterations: .*\(got 0\)/);
});

test("a Python that is too old for Snakemake is named", () => {
  const old = join(top, "python3");
  writeFileSync(old, "#!/bin/sh\necho 3.10\n", { mode: 0o755 });
  const call = `import("./scripts/setup/prerequisites.mjs").then(({ findPython }) => findPython({ oldestMinor: 11, purpose: " by Snakemake" }))`;
  const { stderr } = runNode(["-e", call], { env: { PYTHON: old } });
  assert.match(
    stderr,
    /Python 3\.11 or newer with the venv module is needed by Snakemake\. Found: .*python3 is 3\.10\./,
  );
});

test("trials of external tools are left to the program that makes them", () => {
  const external: experiment.TrialSpec = {
    method: "denoiser",
    image: { from: "photos", name: "coffee" },
    crop: 32,
    sigma: 0.1,
    denoiser: { kind: "cbm3d", version: "4.0.3", profile: "np" },
    keepImages: false,
    seeds: { noise: 1 },
  };
  const { plan, env } = prepare("external", [external, ...tiny([3])]);
  const dry = sweep([plan, "--dry-run"], env);
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /1 trials of external tools are left to npm run baselines\n1 trials: 0 stored, 1 missing/);
});

test("a dry run tells what is missing and writes nothing; a run stores all; what is then damaged alone is computed again (installs Snakemake where it is missing)", (t) => {
  if (lacking) return t.skip(lacking);
  const { plan, results, files, env } = prepare("local", tiny([3, 4, 5]));
  const dry = sweep([plan, "--dry-run"], env);
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /3 trials: 0 stored, 3 missing, in 3 jobs\n {2}on 1 core: about .*\n {2}on 2 cores: about /);
  assert.ok(!existsSync(results));

  const first = sweep([plan, "--cores", "2", "--group", "2"], env);
  assert.equal(first.status, 0, first.stdout + first.stderr);
  assert.deepEqual(readdirSync(join(results, "loose")).sort(), files.map((file) => basename(file)).sort());
  assert.match(first.stdout, /\[sweep\] 0 trials packed, 3 trials of no plan of the library left as they are\n/);
  const times = files.map(finishedAt);

  const [damaged = "", ...others] = files;
  writeFileSync(damaged, readFileSync(damaged, "utf8").slice(0, 100));
  const second = sweep([plan, "--cores", "2"], env);
  assert.equal(second.status, 0, second.stdout + second.stderr);
  assert.match(second.stderr, /is damaged and counts as missing/);
  assert.match(second.stdout, /3 trials: 2 stored, 1 missing, in 1 job\n/);
  assert.deepEqual(others.map(finishedAt), times.slice(1));
  assert.ok(finishedAt(damaged) > (times[0] as string));

  const third = sweep([plan], env);
  assert.equal(third.status, 0);
  assert.match(third.stdout, /3 trials: 3 stored, 0 missing; nothing to do/);
});

test("whatever the names of the folders of the project and of the store hold, a sweep comes to its end", async (t) => {
  if (lacking) return t.skip(lacking);
  const odd = join(top, "a # b {x} 'c' \"d\" $HOME %i \u7167");
  const [folder, results] = [join(odd, "sweep {y}"), join(odd, "store {z} #")];
  mkdirSync(folder, { recursive: true });
  const specs = tiny([3]);
  const jobs = packJobs(missingOf(specs), { cores: 1 });
  writeJobs(folder, { results, command: workerCommand(), jobs });
  const snakefile = join(odd, "Snakefile");
  cpSync(join(root, "scripts", "sweep", "Snakefile"), snakefile);
  const words = snakemakeWords(
    { cores: 1, retries: 0, words: [] },
    { snakefile, folder, resources: { mem_mb: 1, runtime: 1 } },
  );
  const log = join(folder, "log");
  const { code } = await runSnakemake(await installSnakemake(), words, { folder, log, onTick: () => {} });
  assert.equal(code, 0, readFileSync(log, "utf8"));
  assert.deepEqual(
    readdirSync(join(results, "loose")),
    specs.map((spec) => `${experiment.trialKey(spec)}.json`),
  );
});

test("a sweep that fails leaves the store's empty folder and those above it", (t) => {
  if (lacking) return t.skip(lacking);
  // No photo has this name: it is found out when the trial begins.
  const { plan, env } = prepare("failing", [{ ...base, image: { from: "photos", name: "nobody" } }]);
  const results = join(top, "failing-above", "failing", "store");
  mkdirSync(results, { recursive: true });
  const run = sweep([plan, "--cores", "1", "--retries", "0"], { ...env, DDPM_DIP_RESULTS: results });
  assert.equal(run.status, 1, run.stdout + run.stderr);
  assert.match(run.stderr, /error: 0 of 1 trials are stored; Snakemake ended with code 1/);
  assert.ok(existsSync(results));
});

test("two sweeps of one plan into one store leave each trial whole", async (t) => {
  if (lacking) return t.skip(lacking);
  const { plan, files, env } = prepare("twice", tiny([4, 5, 6]));
  const ends = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, [script, plan, "--cores", "1"], { env });
      let said = "";
      child.stderr.on("data", (text) => {
        said += text;
      });
      const status = await new Promise((done) => child.once("exit", done));
      return { status, said };
    }),
  );
  assert.ok(
    ends.some(({ status }) => status === 0),
    JSON.stringify(ends),
  );
  for (const { status, said } of ends) if (status !== 0) assert.match(said, /error: .*(sweep|store|folder)/);
  for (const file of files) assert.ok(finishedAt(file));
});

test("a worker that is killed costs the trial that it was at: it is tried again, the others stay", async (t) => {
  if (lacking) return t.skip(lacking);
  const { plan, results, files, env } = prepare("killed", tiny([3, 1500]));
  const child = spawn(process.execPath, [script, plan, "--cores", "1", "--group", "2"], { env, stdio: "ignore" });
  const [quick = "", slow = ""] = files;
  await until("its first trial", () => existsSync(quick), child);
  const time = finishedAt(quick);
  const [worker] = workersOf(results);
  assert.ok(worker !== undefined && !existsSync(slow));
  process.kill(worker, "SIGKILL");
  const status = await new Promise((done) => child.once("exit", done));
  assert.equal(status, 0);
  assert.equal(finishedAt(quick), time);
  assert.ok(finishedAt(slow) > time);
});

test("Ctrl-C ends a sweep and its workers with 130 and keeps what is finished", async (t) => {
  if (lacking) return t.skip(lacking);
  const { plan, results, files, env } = prepare("interrupted", tiny([3, 100_000]));
  const child = spawn(process.execPath, [script, plan, "--cores", "1", "--group", "2"], { env, detached: true });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  await until("its first trial", () => existsSync(files[0] as string), child);
  process.kill(-(child.pid as number), "SIGINT");
  const status = await new Promise((done) => child.once("exit", done));
  assert.equal(status, 130);
  assert.match(said, /interrupted: 1 of 2 trials are stored; the same command goes on/);
  assert.deepEqual(workersOf(results), []);
  assert.equal(readdirSync(join(results, "loose")).length, 1);
});

test("a plan runs on a real Slurm", async (t) => {
  if (lacking) return t.skip(lacking);
  const absent = missingPrograms();
  const remedy = "on Debian and Ubuntu: apt install slurm-wlm munge";
  if (absent.length > 0) return t.skip(`Slurm is not installed (${absent.join(", ")}); ${remedy}`);
  const { plan, files, env } = prepare("slurm", tiny([3, 4, 5]));
  const slurm = await startSlurm();
  try {
    const words = [
      ...[plan, "--group", "2", "--executor", "slurm", "--slurm-no-account", "--slurm-status-command", "squeue"],
      ...["--slurm-init-seconds-before-status-checks", "5"],
      ...["--default-resources", `slurm_partition=${slurm.partition}`],
    ];
    const { status, stdout, stderr } = sweep(words, { ...env, ...slurm.env });
    assert.equal(status, 0, stdout + stderr);
    const jobs = spawnSync("squeue", ["--all", "--noheader", "--states=COMPLETED", "--format=%T"], {
      ...{ encoding: "utf8" as const, env: { ...process.env, ...slurm.env } },
    });
    assert.deepEqual(jobs.stdout.trim().split("\n"), ["COMPLETED", "COMPLETED"]);
    for (const file of files) assert.ok(existsSync(file), file);
  } finally {
    await slurm.stop();
  }
});

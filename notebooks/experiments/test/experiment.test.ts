import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertClose, assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import {
  averageCurve,
  checkSpec,
  InterruptedError,
  looseFile,
  openStore,
  type Progress,
  plans,
  runTrials,
  type TrialRecord,
  type TrialSpec,
  trialKey,
  verify,
} from "../src";
import { silent } from "./helpers";

const [spec] = plans.planVariants("smoke") as [TrialSpec];
/** The metrics that measure no time. */
const repeatable = (record: TrialRecord | undefined) =>
  Object.entries(record?.metrics ?? assert.fail("no record")).filter(([name]) => verify.isRepeatable(name));
const run = (folder: string, specs: TrialSpec[] = [spec]) =>
  runTrials(specs, { store: openStore(folder, { onDamage: () => {} }), fresh: false, progress: silent });

test("each smoke plan runs, stores its trials and leaves no tensor behind", async () => {
  const folder = temporaryFolder();
  const specs: TrialSpec[] = [...plans.planCriteria("smoke").slice(0, 2), spec, ...plans.planShortTraining("smoke")];
  await assertNoLeak(async () => {
    const records = await run(folder, specs);
    assert.deepEqual(
      records.map((record) => record.spec),
      specs,
    );
    for (const record of records) {
      assert.ok(Object.values(record.metrics).every(Number.isFinite), JSON.stringify(record.metrics));
      assert.ok(record.costs.seconds > 0 && record.costs.peakMiB > 0);
      assert.equal(record.versions.tensorflow, "2.21.0");
    }
  });
  assert.equal(readdirSync(join(folder, "loose")).length, specs.length);
});

test("a second run reads the trials it finds and computes the same numbers as a first", async () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  const [first] = await run(one);
  const [stored] = await run(one);
  assert.equal(stored?.finishedAt, first?.finishedAt);
  const [again] = await run(two);
  assert.deepEqual(again?.curves, first?.curves);
  assert.deepEqual(repeatable(again), repeatable(first));
});

test("a damaged file is named and computed anew", async () => {
  const folder = temporaryFolder();
  const [whole] = await run(folder);
  const file = looseFile(folder, trialKey(spec));
  const text = readFileSync(file, "utf8");
  for (const damage of [text.slice(0, text.length / 2), text.replace(/"psnrNoisy":\d/, '"psnrNoisy":9'), "{}"]) {
    writeFileSync(file, damage);
    const warnings: string[] = [];
    assert.equal(openStore(folder, { onDamage: (message) => warnings.push(message) }).read(spec), undefined);
    assert.match(warnings.join(), /the stored trial .*dip-fit-.*\.json is damaged and will be computed anew/);
  }
  const [mended] = await run(folder);
  assert.deepEqual(repeatable(mended), repeatable(whole));
  assert.deepEqual(repeatable(openStore(folder).read(spec)), repeatable(whole));
});

test("an unknown field, a value out of range and a missing field are named before any work", async () => {
  const folder = temporaryFolder();
  const bad = (change: object) => run(folder, [{ ...spec, ...change } as TrialSpec]);
  await assert.rejects(bad({ sigmaa: 1 }), /the trial's spec is not valid: .*sigmaa/);
  await assert.rejects(bad({ inputNoise: -1 }), /inputNoise: .*>=0.*\(got -1\)/);
  await assert.rejects(bad({ image: { from: "photos" } }), /image\.name: .*\(got undefined\)/);
  assert.throws(() => checkSpec({ method: "magic" }), /method: .*\(got "magic"\)/);
  assert.deepEqual(readdirSync(folder), []);
});

test("the key depends on the values of a spec, not on the order of its fields", () => {
  const reversed = Object.fromEntries(Object.entries(spec).reverse()) as TrialSpec;
  assert.equal(trialKey(reversed), trialKey(spec));
  assert.notEqual(trialKey({ ...spec, inputNoise: 0.2 } as TrialSpec), trialKey(spec));
});

test("a results folder that cannot be written is named", async () => {
  const folder = join(temporaryFolder(), "file");
  writeFileSync(folder, "");
  await assert.rejects(run(join(folder, "results")), /cannot (store the trial in|read the stored trials in) .*results/);
});

test("an interrupt ends a run cleanly and keeps the trials that had finished", async () => {
  const folder = temporaryFolder();
  const second = { ...spec, iterations: 5000 } as TrialSpec;
  const interrupting = (): Progress => ({
    update: (done) => {
      if (done > 1) process.emit("SIGINT");
    },
    finish() {},
  });
  await assertNoLeak(() =>
    assert.rejects(
      runTrials([spec, second], { store: openStore(folder), fresh: false, progress: interrupting }),
      (error) =>
        error instanceof InterruptedError && /1 of 2 trials are stored; run again to go on/.test(error.message),
    ),
  );
  assert.deepEqual(readdirSync(join(folder, "loose")), [`${trialKey(spec)}.json`]);
});

test("who listens between two runs ends the next one as an interrupt does", async () => {
  const store = openStore(temporaryFolder());
  const options = { store, fresh: false, progress: silent, signal: AbortSignal.abort() };
  await assertNoLeak(() => assert.rejects(runTrials([spec], options), InterruptedError));
  assert.equal(store.read(spec), undefined);
});

test("an interrupt while the last trial is being stored is not lost", async () => {
  const store = openStore(temporaryFolder());
  const interrupted = {
    ...store,
    write: async (record: TrialRecord) => {
      process.emit("SIGINT");
      await store.write(record);
    },
  };
  await assert.rejects(runTrials([spec], { store: interrupted, fresh: false, progress: silent }), (error) => {
    return error instanceof InterruptedError && /1 of 1 trials are stored/.test(error.message);
  });
  assert.ok(store.read(spec));
});

test("a process killed in the middle of writing a trial leaves none under its name, and the next run computes it", async () => {
  const folder = temporaryFolder();
  const library = join(__dirname, "..", "src");
  const script = `const e = require(${JSON.stringify(library)});
    const fs = require("node:fs");
    fs.promises.writeFile = async (file, text) => {
      fs.writeFileSync(file, text.slice(0, text.length / 2));
      process.kill(process.pid, "SIGKILL");
      await new Promise(() => {});
    };
    require("node:module").syncBuiltinESMExports();
    e.runTrials([e.plans.planVariants("smoke")[0]], { store: e.openStore(${JSON.stringify(folder)}), fresh: false });`;
  const killed = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    cwd: join(__dirname, "..", "..", ".."),
  });
  assert.equal(killed.signal, "SIGKILL", killed.stderr.toString());
  const left = readdirSync(folder);
  assert.equal(left.length, 1, "half of the trial was written");
  assert.ok(!left.includes(`${trialKey(spec)}.json`), left.join());
  assert.equal(openStore(folder, { onDamage: assert.fail }).read(spec), undefined);
  const [whole] = await run(folder);
  const store = openStore(folder, { onDamage: assert.fail });
  assert.deepEqual(repeatable(store.read(spec)), repeatable(whole));
});

const recorded = (curves: Record<string, number[]>) => ({ key: "k", curves }) as unknown as TrialRecord;

test("curves are averaged point by point and must fit", () => {
  const [a, b] = [recorded({ iteration: [1, 2], loss: [1, 3] }), recorded({ iteration: [1, 2], loss: [3, 5] })];
  const { axis, mean } = averageCurve([a, b], "loss");
  assert.deepEqual(axis, [1, 2]);
  assertClose(mean, [2, 4], 1e-12);
  assert.throws(
    () => averageCurve([a, recorded({ iteration: [1], loss: [1] })], "loss"),
    /was read at other iterations/,
  );
  assert.throws(() => averageCurve([a], "psnr"), /curve: got "psnr", k has iteration, loss/);
});

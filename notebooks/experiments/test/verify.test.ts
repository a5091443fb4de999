import assert from "node:assert/strict";
import { test } from "node:test";
import { computeTrial } from "ddpm-dip/trials";
import { assertNoLeak } from "../../../lib/test/helpers";
import { plans, type TrialRecord, type TrialSpec, trialKey, verify } from "../src";
import { context } from "./helpers";

const { compareRecords, drawTrials, exactTolerance, isRepeatable, toleranceFor, verifyTrial } = verify;
const [fit] = plans.planCriteria("smoke");
assert.ok(fit);
const spec: TrialSpec = { ...fit, iterations: 3, readEvery: 1, keepImages: false };

const costing = (method: string, seconds: number[]) =>
  seconds.map((one, i) => ({
    key: `${method}-${i}`,
    spec: { method } as unknown as TrialSpec,
    costs: { seconds: one, peakMiB: 1 },
  }));

test("a draw fills its time, gives every method its turn, and is the same for the same seed", () => {
  const trials = [...costing("quick", Array<number>(50).fill(1)), ...costing("slow", [20, 20, 20, 31])];
  const drawn = drawTrials(trials, { seed: 1, seconds: 120 });
  const spent = drawn.reduce((sum, { costs }) => sum + costs.seconds + 1, 0);
  assert.ok(spent <= 120 && spent > 118, String(spent));
  assert.equal(new Set(drawn).size, drawn.length);
  const slow = drawn.filter(({ key }) => key.startsWith("slow")).map(({ costs }) => costs.seconds);
  assert.deepEqual(slow, [20, 20, 20]);
  const keys = (seed: number) => drawTrials([...trials].reverse(), { seed, seconds: 120 }).map(({ key }) => key);
  assert.deepEqual(
    keys(1),
    drawn.map(({ key }) => key),
  );
  assert.notDeepEqual(keys(2), keys(1));
});

test("a time too short for any draws the cheapest; without trials nothing is drawn", () => {
  const trials = costing("slow", [30, 20, 40]);
  assert.deepEqual(drawTrials(trials, { seed: 1, seconds: 5 }), [trials[1]]);
  assert.deepEqual(drawTrials([], { seed: 1, seconds: 5 }), []);
  assert.throws(() => drawTrials(trials, { seed: 1, seconds: 0 }), /seconds: got 0, want a number above 0/);
});

test("numbers that measure the machine are not compared, others are in units of their tolerance", () => {
  for (const name of ["seconds", "prior50.seconds", "secondsPerStep", "es-emv.msPerIteration", "es-emv.memoryBytes"]) {
    assert.ok(!isRepeatable(name), name);
  }
  for (const name of ["stopped.psnr", "iterationStopped", "evaluations", "bands", "es-emv.noticed"]) {
    assert.ok(isRepeatable(name), name);
  }
  const tolerance = { decibels: 0.5, ssim: 0.01, relative: 0.1, singles: true };
  const result = (metrics: Record<string, number>, curves: Record<string, number[]> = {}) => ({
    ...{ metrics, curves, images: {} },
  });
  const differences = compareRecords(
    result({ psnr: 20, "a.ssim": 0.5, risk: 2, same: 1, seconds: 3, gone: 1 }, { loss: [9, 1], none: [] }),
    result({ psnr: 20.25, "a.ssim": 0.52, risk: 1.95, same: 1, seconds: 9 }, { loss: [8, 1], none: [] }),
    tolerance,
  );
  assert.deepEqual(
    differences.map(({ name, share }) => [name, Number(share.toFixed(6))]),
    [
      ["gone", Number.POSITIVE_INFINITY],
      ["a.ssim", 2],
      ["psnr", 0.5],
      ["risk", 0.25],
    ],
  );
  const unknown = compareRecords(result({ psnr: Number.NaN }), result({ psnr: Number.NaN }), tolerance);
  assert.deepEqual(unknown, []);
  const singles = [
    result({ psnrOutputLast: 20 }, { psnr: [9] }),
    result({ psnrOutputLast: 30 }, { psnr: [19] }),
  ] as const;
  const sharesOf = (measured: boolean) =>
    compareRecords(...singles, { ...tolerance, singles: measured }).map(({ share }) => share);
  assert.deepEqual(sharesOf(true), [20, 20]);
  assert.deepEqual(sharesOf(false), [0, 0]);
  const lost = compareRecords(result({ psnr: 20 }), result({ psnr: Number.NaN }), tolerance);
  assert.equal(lost[0]?.share, Number.POSITIVE_INFINITY);
});

test("the tolerance is tight where nothing is trained, and asked for where something is", () => {
  assert.equal(toleranceFor({ spec: { method: "ddpm-restore" } as TrialSpec }, 3).decibels, 0.01);
  assert.equal(toleranceFor({ spec }).decibels, 1);
  assert.equal(toleranceFor({ spec }, 2).decibels, 2);
});

test("a trial recomputed is equal to itself; one whose stored number was changed is beyond", async () => {
  const stored = await computeTrial(spec, context);
  await assertNoLeak(async () => {
    const verdict = await verifyTrial(stored, { signal: context.signal, exact: true });
    assert.equal(verdict.state, "equal", JSON.stringify(verdict));
    const psnrBefore = stored.metrics.psnrNoisy as number;
    const changed = { ...stored, metrics: { ...stored.metrics, psnrNoisy: psnrBefore + 2 } };
    const other = await verifyTrial(changed, { signal: context.signal });
    assert.ok(other.state === "beyond");
    assert.equal(other.differences[0]?.name, "psnrNoisy");
    assert.ok(Math.abs((other.differences[0]?.share ?? 0) - 2) < 1e-9);
    const slightly = { ...stored, metrics: { ...stored.metrics, psnrNoisy: psnrBefore + 0.1 } };
    assert.equal((await verifyTrial(slightly, { signal: context.signal })).state, "within");
    assert.equal((await verifyTrial(slightly, { signal: context.signal, exact: true })).state, "beyond");
    assert.ok(exactTolerance.decibels < 0.1);
  });
});

test("a trial that cannot be computed here is no mismatch, and the reason is named", async () => {
  const record = { spec, key: trialKey(spec), engine: "recorded" } as TrialRecord;
  const photoless = { ...fit, image: { from: "photos" as const, name: "nobody" } };
  const missing = await verifyTrial(
    { ...record, spec: photoless, key: trialKey(photoless) },
    { signal: context.signal },
  );
  assert.ok(missing.state === "not possible");
  assert.match(missing.reason, /nobody/);
  const earlier = await verifyTrial({ ...record, key: "dip-fit-0000" }, { signal: context.signal });
  assert.ok(earlier.state === "not possible");
  assert.match(earlier.reason, /its method has changed since; it would be dip-fit-/);
  const old = await verifyTrial(
    { ...record, spec: { ...spec, gone: 1 } as unknown as TrialSpec },
    { signal: context.signal },
  );
  assert.ok(old.state === "not possible");
  assert.match(old.reason, /spec is not valid: .*gone/);
});

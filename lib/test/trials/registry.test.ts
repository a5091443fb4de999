import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import type { Progress } from "../../src/runtime";
import {
  checkSpec,
  defineMethod,
  methodNames,
  openStore,
  readAllStored,
  runTrials,
  type TrialRecord,
  trialKey,
  verify,
} from "../../src/trials";
import { temporaryFolder } from "../helpers";

const silent = (): Progress => ({ update() {}, finish() {} });
const result = (metrics: Record<string, number>) => ({ curves: {}, images: {}, metrics });

const sumSchema = z.strictObject({ method: z.literal("test-sum"), values: z.array(z.number()).min(1) });
let sums = 0;
const sum = defineMethod({
  name: "test-sum",
  revision: 3,
  schema: sumSchema,
  tolerance: "untrained",
  run: async ({ values }) => {
    sums++;
    return result({ sum: values.reduce((total, value) => total + value, 0) });
  },
});

const powerSchema = z.strictObject({
  method: z.literal("test-power"),
  base: z.number(),
  exponent: z.int().min(0),
  by: z.enum(["hand", "tool"]),
});
defineMethod({
  name: "test-power",
  revision: 1,
  schema: powerSchema,
  tolerance: ({ exponent }) => (exponent > 1 ? "tabulated" : "untrained"),
  external: { toolOf: ({ by }) => (by === "tool" ? "abacus" : undefined), remedy: "take it out" },
  run: async ({ base, exponent }) => result({ power: base ** exponent }),
});

type SumSpec = z.infer<typeof sumSchema>;
type PowerSpec = z.infer<typeof powerSchema>;
const two: SumSpec = { method: "test-sum", values: [1, 1] };
const eight: PowerSpec = { method: "test-power", base: 2, exponent: 3, by: "hand" };

test("a name is taken once, and a method that is not known is answered with those that are", () => {
  assert.throws(() => defineMethod(sum), /the method "test-sum" is defined already/);
  assert.deepEqual(methodNames(), ["test-power", "test-sum"]);
  const unknown = /method: want one of test-power, test-sum \(got "magic"\)/;
  assert.throws(() => checkSpec({ method: "magic" }), unknown);
  assert.throws(() => trialKey({ method: "magic" }), unknown);
  assert.throws(() => checkSpec(undefined), /method: want one of .* \(got undefined\)/);
});

test("each method checks its own fields and says what it got", () => {
  assert.throws(() => checkSpec({ ...two, base: 2 }), RangeError);
  assert.throws(() => checkSpec({ ...two, values: [] }), /the trial's spec is not valid: values: .*\(got \[\]\)/);
  assert.throws(() => checkSpec({ ...eight, exponent: -1, base: "2" }), /base: .*\(got "2"\); exponent: .*\(got -1\)/);
});

test("two methods run side by side, are stored under their own keys, and keep the types of their specs", async () => {
  const folder = temporaryFolder();
  const options = { store: openStore(folder), fresh: false, progress: silent };
  const [first] = await runTrials([two], options);
  const [second] = await runTrials([eight], options);
  // No cast: the record knows the fields of its method's spec.
  const values: number[] | undefined = first?.spec.values;
  const typed: TrialRecord<PowerSpec> | undefined = second;
  assert.deepEqual([values, first?.metrics.sum, typed?.spec.exponent, typed?.metrics.power], [[1, 1], 2, 3, 8]);
  const mixed = await runTrials<SumSpec | PowerSpec>([eight, two], options);
  assert.deepEqual(
    mixed.map(({ key }) => key),
    [second?.key, first?.key],
  );
  assert.equal(sums, 1, "the second run reads what the first has stored");
  assert.deepEqual(
    readdirSync(join(folder, "loose")).sort(),
    [`${trialKey(eight)}.json`, `${trialKey(two)}.json`].sort(),
  );
  assert.equal([...readAllStored<SumSpec | PowerSpec>(folder)].filter(({ damage }) => damage).length, 0);
});

test("the key is of the spec and the revision, whatever the order of the fields", () => {
  const reversed = Object.fromEntries(Object.entries(eight).reverse()) as PowerSpec;
  assert.equal(trialKey(reversed), trialKey(eight));
  assert.notEqual(trialKey({ ...eight, base: 3 } as PowerSpec), trialKey(eight));
  // SHA-256 of {"revision":3,"spec":{"method":"test-sum","values":[1,1]}}, as sha256sum prints it.
  assert.equal(trialKey(two), "test-sum-305951644e288878");
});

test("what another program computes is asked for before any work", async () => {
  const options = { store: openStore(temporaryFolder()), fresh: false, progress: silent };
  const before = sums;
  const specs: (SumSpec | PowerSpec)[] = [
    { ...two, values: [7] },
    { ...eight, by: "tool" },
  ];
  await assert.rejects(runTrials(specs, options), /a trial of an external tool is not stored \(abacus\): take it out/);
  assert.equal(sums, before);
});

test("a recomputed trial is held to its method's tolerance, one of a method that is gone to a trained one's", () => {
  const of = (spec: { method: string }) => verify.toleranceFor({ spec });
  assert.deepEqual([of(two).decibels, of(two).singles], [0.01, true]);
  assert.deepEqual([of(eight).decibels, of(eight).singles], [1, true]);
  assert.equal(of({ ...eight, exponent: 1 } as PowerSpec).decibels, 0.01);
  assert.deepEqual([of({ method: "gone" }).decibels, of({ method: "gone" }).singles], [1, false]);
});

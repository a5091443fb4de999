import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSpec, findMethod, methodNames, type ProfileName, trialKey } from "ddpm-dip/trials";
import { plans } from "../src";

const profiles: readonly ProfileName[] = ["smoke", "default", "full"];
const made = Object.entries(plans).flatMap(([name, make]) =>
  /^plan[A-Z]/.test(name) && typeof make === "function"
    ? [{ name, make: make as (profile: ProfileName) => { method: string }[] }]
    : [],
);

test("every trial of every plan is of a method that is defined, and passes its schema unchanged", () => {
  const seen = new Set<string>();
  for (const { name, make } of made) {
    for (const spec of profiles.flatMap((profile) => make(profile))) {
      assert.ok(findMethod(spec.method), `${name}: ${spec.method}`);
      assert.equal(trialKey(checkSpec(spec)), trialKey(spec), name);
      seen.add(spec.method);
    }
  }
  assert.ok(made.length > 15);
  assert.deepEqual([...seen].sort(), methodNames());
});

test("a key is the one that the store has", () => {
  const keys = plans.planPaper("default").map(trialKey);
  // From data/results, computed before methods were registered one by one.
  assert.ok(keys.includes("dip-task-0e04772e9a4027b3"), keys.join());
});

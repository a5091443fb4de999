import assert from "node:assert/strict";
import { test } from "node:test";
import { computeTrial } from "ddpm-dip/trials";
import { assertNoLeak } from "../../../lib/test/helpers";
import { plans } from "../src";
import { checkSpec, type SpecOf } from "../src/spec";
import { context } from "./helpers";

type Spec = SpecOf<"prior-training">;
const plain = plans.planPriorTraining("smoke")[0] as Spec;
// One level is recorded in half of the time.
const base: Spec = { ...plain, network: { ...plain.network, multipliers: [1] } };
const priors: Spec["prior"][] = [
  { kind: "shift", of: "interpolated", iterations: 0, shifted: true },
  { kind: "weights", images: 2, iterations: 2 },
  { kind: "curriculum", of: "dip", stages: [1, 2] },
];

test("every prior trains, is validated on the way, and leaves nothing behind but the fits that are kept", async () => {
  for (const prior of priors) {
    const run = () => computeTrial({ ...base, prior }, context);
    // The first run keeps DIP's images for the process.
    const { curves, metrics } = await run();
    assert.deepEqual(curves.step, [2, 4]);
    assert.ok(Number.isFinite(metrics.validation) && (metrics.validation as number) > 0, JSON.stringify(metrics));
    assert.equal("psnr" in metrics, prior.kind === "shift");
    if (prior.kind === "weights") assert.ok((metrics.dipSeconds as number) > 0);
    await assertNoLeak(async () => {
      const again = await run();
      assert.deepEqual(again.curves.validation, curves.validation);
    });
  }
});

test("the plain process is the shift to nothing, and an image that is told and not shifted to changes the training", async () => {
  const validate = async (prior: Spec["prior"]) => (await computeTrial({ ...base, prior }, context)).metrics.validation;
  const none = await validate({ kind: "shift", of: "none", iterations: 0, shifted: true });
  assert.equal(await validate({ kind: "shift", of: "none", iterations: 0, shifted: false }), none);
  assert.notEqual(await validate({ kind: "shift", of: "given", iterations: 0, shifted: false }), none);
});

test("weights of more images than are trained on are refused", async () => {
  const prior = { kind: "weights", images: 9, iterations: 2 } as const;
  await assert.rejects(computeTrial({ ...base, prior }, context), /prior\.images: got 9, there are 8 to train on/);
});

test("a spec of a training with an unknown guess is refused", () => {
  assert.throws(
    () => checkSpec({ ...base, prior: { kind: "shift", of: "oracle", iterations: 0, shifted: true } }),
    /prior\.of/,
  );
});

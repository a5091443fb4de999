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
const shiftTo = (of: Extract<Spec["prior"], { kind: "shift" }>["of"], iterations = 0) =>
  ({ kind: "shift", of, iterations, shifted: true }) as const;
const priors: Spec["prior"][] = [
  shiftTo("interpolated"),
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

test("of a spectrum, DIP and the image of least variation are fitted to the values that are known", async () => {
  const spectrum: Spec = { ...base, of: "hadamard" };
  const [variation, dip] = [shiftTo("variation"), shiftTo("dip", 30)].map((prior) => ({ ...spectrum, prior }));
  const given = await computeTrial({ ...spectrum, prior: shiftTo("given") }, context);
  for (const spec of [variation, dip] as Spec[]) {
    const { metrics } = await computeTrial(spec, context);
    // What is known is in all of them; A^+ y is nothing else.
    assert.ok((metrics.guessPsnr as number) > (given.metrics.guessPsnr as number) + 1, JSON.stringify(metrics));
    assert.ok(Number.isFinite(metrics.psnr) && (metrics.dipSeconds as number) > 0);
    await assertNoLeak(async () => {
      const again = await computeTrial(spec, context);
      assert.equal(again.metrics.psnr, metrics.psnr);
    });
  }
  const refused = computeTrial({ ...spectrum, prior: shiftTo("interpolated") }, context);
  await assert.rejects(refused, /prior\.of: got "interpolated" for values of a spectrum/);
});

test("the plain process is the shift to nothing, and an image that is told and not shifted to changes the training", async () => {
  const validate = async (prior: Spec["prior"]) => (await computeTrial({ ...base, prior }, context)).metrics.validation;
  const none = await validate(shiftTo("none"));
  assert.equal(await validate({ kind: "shift", of: "none", iterations: 0, shifted: false }), none);
  assert.notEqual(await validate({ kind: "shift", of: "given", iterations: 0, shifted: false }), none);
});

test("weights of more images than are trained on are refused", async () => {
  const prior = { kind: "weights", images: 9, iterations: 2 } as const;
  await assert.rejects(computeTrial({ ...base, prior }, context), /prior\.images: got 9, there are 8 to train on/);
});

test("a spec of a training with an unknown guess is refused", () => {
  assert.throws(() => checkSpec({ ...base, prior: { ...shiftTo("none"), of: "oracle" } }), /prior\.of/);
});

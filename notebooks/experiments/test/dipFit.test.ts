import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNoLeak } from "../../../lib/test/helpers";
import { checkSpec, computeTrial, plans } from "../src";

const context = { onProgress: () => undefined, signal: new AbortController().signal, engine: "recorded" } as const;
const smoke = plans.planCriteria("smoke");

test("each fit of the benchmark reads its curves and criteria, and describes every criterion's image", async () => {
  const expected = [/es-wmv.*held|es-wmv/, /held-out-10/, /sure/, /stopped/];
  for (const [i, spec] of smoke.entries()) {
    await assertNoLeak(async () => {
      const { curves, metrics } = await computeTrial(spec, context);
      assert.deepEqual(curves.iteration, [10, 20, 30]);
      assert.ok(Object.values(curves).every((curve) => curve.length === 3));
      assert.match(Object.keys(curves).join(), expected[i] as RegExp);
      const names = Object.keys(metrics).filter((name) => name.endsWith(".detection"));
      assert.ok(names.length > 0);
      for (const name of names.map((one) => one.replace(".detection", ""))) {
        assert.ok(
          (metrics[`${name}.psnr`] as number) <= (metrics["oracle.psnr"] as number) + 1e-6 || name !== "stopped",
        );
        assert.ok((metrics[`${name}.seconds`] as number) > 0 && (metrics[`${name}.perceptual`] as number) > 0);
      }
    });
  }
});

test("a trial repeats itself bit for bit, and its noise is that of its image", async () => {
  const [spec] = smoke;
  assert.ok(spec);
  const other = { ...spec, image: { from: "photos" as const, name: "coffee" } };
  const [one, two, three] = [
    await computeTrial(spec, context),
    await computeTrial(spec, context),
    await computeTrial(other, context),
  ];
  assert.deepEqual(two.curves, one.curves);
  assert.notEqual(three.metrics.psnrNoisy, one.metrics.psnrNoisy);
});

test("the criteria are those of a skip network, and a spec out of range is refused", async () => {
  const [spec] = smoke;
  assert.ok(spec);
  const decoder = { kind: "deep-decoder", channels: 8, doublings: 2 } as const;
  await assert.rejects(
    computeTrial({ ...spec, network: decoder }, context),
    /network: got "deep-decoder" .*, want "skip"/,
  );
  assert.throws(() => checkSpec({ ...spec, fit: { kind: "criteria", training: "none" } }), /fit/);
});

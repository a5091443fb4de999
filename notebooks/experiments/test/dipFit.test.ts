import assert from "node:assert/strict";
import { test } from "node:test";
import { tf } from "ddpm-dip/runtime";
import { assertNoLeak } from "../../../lib/test/helpers";
import { checkSpec, computeTrial, type DipFitSpec, plans } from "../src";
import { bestMixture } from "../src/bestMixture";
import { context } from "./helpers";

const smoke = plans.planCriteria("smoke");
const [plain] = smoke as [DipFitSpec];
const kindOf = ({ fit }: DipFitSpec) => (fit.kind === "criteria" ? `${fit.training} ${fit.runs ?? 1}` : fit.kind);

const ofPlain = ["last", "discrepancy", "es-wmv", "es-emv", "sub-images", "self-reference-neighbours"];
const criteriaOf: Record<string, string[]> = {
  "plain 1": ofPlain,
  "plain 2": ofPlain,
  "held-out-10 1": ["held-out-10"],
  "held-out-10 2": ["held-out-10"],
  "sure 1": ["sure", "sure-averaged"],
  split: ["risk"],
};

for (const spec of smoke) {
  test(`${kindOf(spec)}: its curves and criteria are read, and every criterion's image is described`, async () => {
    await assertNoLeak(async () => {
      const { curves, metrics } = await computeTrial(spec, context);
      assert.deepEqual(curves.iteration, [10, 20, 30]);
      assert.ok(Object.values(curves).every((curve) => curve.length === 3));
      for (const name of criteriaOf[kindOf(spec)] ?? assert.fail(kindOf(spec))) {
        assert.equal(curves[name]?.length, 3, name);
        assert.ok((metrics[`${name}.seconds`] as number) > 0 && (metrics[`${name}.perceptual`] as number) > 0);
        const { psnr = 0, iteration = 0 } = { psnr: metrics[`${name}.psnr`], iteration: metrics[`${name}.iteration`] };
        assert.ok(psnr > 0 && iteration >= 1 && iteration <= 30, name);
      }
    });
  });
}

test("beside a trained denoiser the best weight in hindsight is within 0 and 1, and never a loss", async () => {
  const [spec] = plans.planSureBesideDdpm("smoke") as [DipFitSpec];
  await assertNoLeak(async () => {
    const { metrics } = await computeTrial(spec, context);
    for (const name of ["oracle", "sure", "sure-averaged"]) {
      const weight = metrics[`${name}.besideWeight`] ?? assert.fail(name);
      assert.ok(
        weight >= 0 && weight <= 1 && (metrics[`${name}.besideGain`] as number) >= -1e-9,
        JSON.stringify(metrics),
      );
    }
  });
});

test("errors of equal size and no correlation are halved by the mean; an error that holds the other has no weight", () => {
  const image = (...values: number[]) => tf.tensor4d(values, [1, 1, 2, 1]);
  const tensors = [image(0, 0), image(0.2, 0), image(0, 0.2), image(0.4, 0.2)] as const;
  const [clean, one, another, both] = tensors;
  const half = bestMixture(one, another, clean);
  assert.ok(
    Math.abs(half.weight - 0.5) < 1e-6 && Math.abs(half.gain - 10 * Math.log10(2)) < 1e-5,
    JSON.stringify(half),
  );
  assert.deepEqual(bestMixture(both, one, clean), { weight: 0, gain: 0 });
  tf.dispose([...tensors]);
});

test("two fits averaged are better than one of them, and are not one of them twice", async () => {
  const fit = { kind: "criteria", training: "plain" } as const;
  const last = async (spec: DipFitSpec) => (await computeTrial(spec, context)).metrics["last.error"] as number;
  const [one, two] = [await last({ ...plain, fit }), await last({ ...plain, fit: { ...fit, runs: 2 } })];
  assert.ok(two < one, `${two} of two, ${one} of one`);
});

test("a trial repeats itself bit for bit, and its noise is that of its image", async () => {
  const other = { ...plain, image: { from: "photos" as const, name: "coffee" } };
  const [one, two, three] = [
    await computeTrial(plain, context),
    await computeTrial(plain, context),
    await computeTrial(other, context),
  ];
  assert.deepEqual(two.curves, one.curves);
  assert.notEqual(three.metrics.psnrNoisy, one.metrics.psnrNoisy);
});

test("the assumed noise level is a multiple of the true one, or an estimate", async () => {
  const assumed = async (assumedSigma: DipFitSpec["assumedSigma"]) =>
    (await computeTrial({ ...plain, iterations: 10, assumedSigma }, context)).metrics.assumedSigma as number;
  assert.ok(Math.abs((await assumed(1.3)) - (1.3 * 25) / 255) < 1e-9);
  const estimate = await assumed("wavelet");
  assert.ok(estimate > 0.8 * (25 / 255) && estimate < 1.6 * (25 / 255) && estimate !== 25 / 255, String(estimate));
});

const variants = plans.planVariants("smoke").filter(({ fit }) => fit.kind !== "criteria" && fit !== plans.pairFit);
for (const spec of variants) {
  test(`a variant, ${JSON.stringify(spec.fit)}: computed without a leak`, async () => {
    await assertNoLeak(async () => {
      const { metrics } = await computeTrial({ ...spec, iterations: 10 }, context);
      assert.ok((metrics["oracle.psnr"] as number) > 0);
    });
  });
}

test("the criteria are those of a skip network, and a spec out of range is refused", async () => {
  const decoder = { kind: "deep-decoder", channels: 8, doublings: 2 } as const;
  await assert.rejects(
    computeTrial({ ...plain, network: decoder }, context),
    /network: got "deep-decoder" .*, want "skip"/,
  );
  assert.throws(() => checkSpec({ ...plain, fit: { kind: "criteria", training: "none" } }), /fit/);
});

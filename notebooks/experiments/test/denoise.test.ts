import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readImage } from "ddpm-dip/data";
import { nameCheckpoint } from "ddpm-dip/ddpm";
import { tf } from "ddpm-dip/runtime";
import { assertClose, assertNoLeak, disposeAll, drawRamp, temporaryFolder } from "../../../lib/test/helpers";
import { useTinyCheckpoint } from "../../../lib/test/tinyCheckpoint";
import { checkSpec, computeTrial, plans, type SpecOf } from "../src";
import { openArm } from "../src/denoise/openArm";

type Denoise = SpecOf<"denoise">;
type SplitArm = Extract<Denoise["arm"], { kind: "split" }>;

useTinyCheckpoint("photos", { multipliers: [1] });

const context = { onProgress() {}, signal: new AbortController().signal, engine: "recorded" as const };

function trial(arm: Denoise["arm"], changes: Partial<Denoise> = {}): Denoise {
  const base = plans.planWhole("smoke")[0] as Denoise;
  const network: Denoise["network"] = { kind: "skip", filters: [8], skipFilters: 4, upsampling: "bilinear" };
  return { ...base, size: 16, iterations: 12, readEvery: 2, keepImages: false, network, arm, ...changes };
}

const pair = (changes: Partial<SplitArm> = {}) => plans.pairArm("smoke", { patience: 4, ...changes });

test("every arm of the plans runs, is finite, and leaves nothing behind", async () => {
  const arms = [
    ...plans.ingredientArms("smoke"),
    ...plans.termArms("smoke"),
    ...plans.stageArms("smoke"),
    ...plans.rivalArms("smoke"),
  ];
  assert.equal(new Set(arms.map(({ title }) => title)).size, arms.length);
  await assertNoLeak(async () => {
    for (const { title, arm, network } of arms) {
      const { metrics, curves } = await computeTrial(trial(arm, network ? { network } : {}), context);
      assert.ok(Object.values(metrics).every(Number.isFinite), `${title}: ${JSON.stringify(metrics)}`);
      const lengths = new Set(Object.values(curves).map((curve) => curve.length));
      assert.equal(lengths.size, 1, `${title}: curves of ${[...lengths]} readings`);
    }
  });
});

test("the whole returns the images that it weighed, and the weights are those of the mean", async () => {
  const folder = temporaryFolder();
  await assertNoLeak(async () => {
    const spec = trial(plans.wholeArm("smoke"), { keepImages: true });
    const { metrics, curves, images } = await computeTrial(spec, context);
    for (const name of ["stopped", "ddpm", "adapted", "weighed", "weighed-adapted", "weighed-all"]) {
      assert.ok(Number.isFinite(metrics[`${name}.psnr`]), name);
      assert.match(images[name] as string, /^data:image\/png;base64,/);
    }
    const weights = ["weighed", "weighed-adapted", "weighed-all"].map((name) => metrics[`${name}.dipWeight`] as number);
    assert.ok(
      weights.every((weight) => weight >= 0 && weight <= 1),
      `weights ${weights}`,
    );
    const pixelsOf = async (name: string) => {
      const file = join(folder, `${name}.png`);
      writeFileSync(file, Buffer.from((images[name] as string).split(",")[1] as string, "base64"));
      const image = await readImage(file);
      const pixels = Array.from(image.dataSync());
      image.dispose();
      return pixels;
    };
    for (const [name, other, weight] of [
      ["weighed", "ddpm", weights[0]],
      ["weighed-adapted", "adapted", weights[1]],
    ] as const) {
      const [dip, ddpm] = [await pixelsOf("stopped"), await pixelsOf(other)];
      const blended = dip.map(
        (value, i) => (weight as number) * value + (1 - (weight as number)) * (ddpm[i] as number),
      );
      // Each of the three is rounded to grey values of 255.
      assertClose(await pixelsOf(name), blended, 1.01 / 255);
    }
    assert.equal(curves.adaptIteration?.length, 3);
  });
});

test("a trial is the same twice; the pair's risk is that of the mean of two", async () => {
  const [first, second] = [await computeTrial(trial(pair()), context), await computeTrial(trial(pair()), context)];
  const timeless = (metrics: Record<string, number>) =>
    Object.fromEntries(Object.entries(metrics).filter(([name]) => !/seconds/i.test(name)));
  assert.deepEqual(timeless(second.metrics), timeless(first.metrics));
  assert.deepEqual(second.curves, first.curves);
  const single = await computeTrial(trial(pair({ pair: false })), context);
  // One of the twins is the single fit; averaged with the other it is another image.
  assert.notEqual(single.metrics["stopped.psnr"], first.metrics["stopped.psnr"]);
});

test("the noise level that a method is told is all that it knows: told another one, it judges by that", async () => {
  const spec = (toldSigma: number) => trial(pair({ a: 0.5 }), { toldSigma });
  const risk = async (toldSigma: number) => {
    const { metrics } = await computeTrial(spec(toldSigma), context);
    return metrics as Record<string, number>;
  };
  const [right, wrong] = [await risk(1), await risk(1.5)];
  assert.equal(wrong.sigma, right.sigma);
  assert.notEqual(wrong["stopped.risk"], right["stopped.risk"]);
});

test("a method may estimate the noise level, and see Poisson noise stabilised", async () => {
  const [estimated] = plans.planPairEstimated("smoke");
  const { metrics } = await computeTrial({ ...(estimated as Denoise), size: 32, iterations: 4 }, context);
  assert.ok(Math.abs((metrics.sigmaTold as number) / (metrics.sigma as number) - 1) < 0.3, JSON.stringify(metrics));
  const [stabilised, raw] = plans.planPairPoisson("smoke");
  const peak = plans.leaguePeaks[0];
  await assertNoLeak(async () => {
    const [one, other] = [
      await computeTrial({ ...(stabilised as Denoise), iterations: 4 }, context),
      await computeTrial({ ...(raw as Denoise), iterations: 4 }, context),
    ];
    assertClose([one.metrics.sigma as number], [1 / (2 * Math.sqrt(peak + 3 / 8))], 1e-12);
    assert.equal(one.metrics.psnrNoisy, other.metrics.psnrNoisy);
    assert.notEqual(one.metrics["stopped.psnr"], other.metrics["stopped.psnr"]);
  });
  await assert.rejects(
    computeTrial({ ...(estimated as Denoise), stabilise: true }, context),
    /stabilise: got noise "gaussian"/,
  );
});

test("the oracle of the clean image alone sees it: what any other arm makes is the same with another one", async () => {
  const noisy = drawRamp(16, 0.2, 0.8);
  const cleans = [drawRamp(16, 0.3, 0.7), tf.fill([1, 16, 16, 3], 0.5) as tf.Tensor4D];
  const arms: Denoise["arm"][] = [
    pair(),
    pair({ pair: false }),
    { kind: "plain", runs: 1, weightNoise: 0 },
    { kind: "plain", runs: 2, weightNoise: 0.05 },
    { kind: "fed-back", start: "image", renewEvery: 2, autoencoding: 0.1, inputNoise: 0.1 },
    { kind: "leak", count: 2, heaviest: 2 },
  ];
  for (const arm of arms) {
    const made: Float32Array[] = [];
    for (const clean of cleans) {
      const opened = await openArm(trial(arm), noisy, 0.1, { clean, engine: "eager" });
      for (const seen of opened.fit) {
        opened.observe(seen);
        if (seen.iteration < 3) continue;
        made.push(seen.output.dataSync() as Float32Array);
        break;
      }
      opened.dispose();
    }
    if (arm.kind === "leak") assert.notDeepEqual(made[0], made[1]);
    else assert.deepEqual(made[0], made[1], JSON.stringify(arm));
  }
  disposeAll(noisy, ...cleans);
});

test("the oracle's stages are of the clean image: it has no risk to judge by, and the same noisy image", async () => {
  const leak = await computeTrial(trial({ kind: "leak", count: 2, heaviest: 2 }, { iterations: 60 }), context);
  const plain = await computeTrial(trial({ kind: "plain", runs: 1, weightNoise: 0 }, { iterations: 60 }), context);
  assert.equal(leak.curves.risk, undefined);
  assertClose([leak.metrics.psnrNoisy as number], [plain.metrics.psnrNoisy as number], 0);
});

test("plans are valid, distinct, and of their profile's size", () => {
  const all = [
    plans.planPairBalance,
    plans.planWhole,
    plans.planIngredients,
    plans.planRivals,
    plans.planTwoRuns,
    plans.planTerms,
    plans.planSelection,
    plans.planStages,
    plans.planPairEstimated,
    plans.planPairPoisson,
  ];
  for (const plan of all) {
    const specs = plan("default");
    for (const spec of specs) checkSpec(spec);
    assert.equal(new Set(specs.map((spec) => JSON.stringify(spec))).size, specs.length);
    assert.ok(plan("smoke").length < specs.length);
    assert.ok(plan("smoke").every(({ size, iterations }) => size <= 32 && iterations <= 60));
  }
  assert.throws(() => checkSpec(trial(pair({ a: 0 }))), /arm\.a/);
  assert.throws(() => checkSpec(trial({ kind: "leak", count: 0, heaviest: 1 })), /arm\.count/);
  assert.ok(nameCheckpoint("photos").digest.length === 16);
});

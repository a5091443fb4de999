import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dataFolder, tf } from "ddpm-dip/runtime";
import { assertClose, assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import {
  checkSpec,
  comparePriors,
  computeTrial,
  denoisersFrame,
  type ExternalSpec,
  isExternal,
  nameDenoiser,
  openStore,
  plans,
  type RestoreSpec,
  readNoisyCrop,
  recordExternal,
  runTrials,
  type SpecOf,
  scoreDenoised,
  type TrialRecord,
  tablePriors,
  trialKey,
  verify,
} from "../src";
import { type Own, owning } from "../src/owning";
import { openPriorDenoiser } from "../src/priorDenoiser";
import { context, silent, told } from "./helpers";

type Denoiser = SpecOf<"denoiser">;
type Prior = Extract<Denoiser["denoiser"], { kind: "prior" }>;

const smoke = plans.planPriors("smoke");
const find = (kind: Denoiser["denoiser"]["kind"]) => smoke.find(({ denoiser }) => denoiser.kind === kind) as Denoiser;
const noisy = find("noisy");
const external: ExternalSpec = {
  ...noisy,
  denoiser: { kind: "cbm3d", version: "4.0.3", profile: "np" },
};

test("every denoiser of the smoke plan improves the same noisy image, and leaves no tensor behind", async () => {
  const { metrics: before, images } = await computeTrial(noisy, context);
  assert.equal(before.seconds, 0);
  // -20 log10(25/255), and a little more where the cut to [0, 1] takes noise off.
  assert.ok((before.psnr as number) > 20 && (before.psnr as number) < 22, JSON.stringify(before));
  assert.deepEqual(Object.keys(images), ["clean", "noisy", "denoised"]);
  for (const spec of smoke) {
    await assertNoLeak(async () => {
      const { metrics, images: made } = await computeTrial(spec, context);
      assert.deepEqual(Object.keys(metrics), ["psnr", "ssim", "perceptual", "seconds"]);
      assert.equal(made.noisy, images.noisy);
      if (spec.denoiser.kind !== "prior") return;
      assert.ok((metrics.psnr as number) > (before.psnr as number) + 3, JSON.stringify([spec.denoiser, metrics]));
      assert.ok((metrics.seconds as number) > 0);
    });
  }
});

test("a self-ensemble wants a square, and one evaluation does not", () => {
  const [once, eightfold] = [false, true].map((selfEnsemble) => ({
    ...(find("prior").denoiser as Prior),
    selfEnsemble,
  }));
  assert.ok(once && eightfold);
  const open = (denoiser: Prior, own: Own) => openPriorDenoiser(denoiser, [1, 20, 33, 3], "recorded", own);
  return assertNoLeak(() =>
    owning(async (own) => {
      assert.throws(() => open(eightfold, own), /selfEnsemble: got an image of 33x20, want a square one/);
      const grey = own(tf.fill([1, 20, 33, 3], 0.5) as tf.Tensor4D);
      assert.deepEqual(own(open(once, own)(grey, 0.1)).shape, grey.shape);
    }),
  );
});

test("an image of another shape or with values that are no numbers is refused", async () => {
  const photo = await readNoisyCrop({ ...noisy, seed: noisy.seeds.noise });
  await assertNoLeak(async () => {
    const small = tf.zeros([1, 16, 32, 3]) as tf.Tensor4D;
    await assert.rejects(
      scoreDenoised(noisy, photo, small, 1),
      /noisy: made an image of \[1,16,32,3\], want \[1,32,32,3\]/,
    );
    const odd = tf.tidy(() => photo.clean.mul<tf.Tensor4D>(Number.NaN));
    await assert.rejects(scoreDenoised(noisy, photo, odd, 1), /noisy: made an image with a value that is not a finite/);
    tf.dispose([small, odd]);
  });
  tf.dispose([photo.clean, photo.noisy]);
});

test("fields that do not fit are named", () => {
  const bad = (change: object) => () => checkSpec({ ...noisy, ...change });
  assert.throws(bad({ crop: "half" }), /crop: .*\(got "half"\)/);
  assert.throws(bad({ sigma: 0 }), /sigma: .*\(got 0\)/);
  assert.throws(bad({ denoiser: { kind: "magic" } }), /denoiser\.kind: .*\(got "magic"\)/);
  assert.throws(bad({ denoiser: { kind: "cbm3d", version: "4", profile: "np" } }), /denoiser\.version/);
  assert.throws(bad({ seeds: { noise: 1, network: 1 } }), /network/);
  assert.throws(bad({ image: { from: "web", name: "x" } }), /image\.from: .*\(got "web"\)/);
});

test("a trial of an external tool that is missing ends a run before any work; a stored one is read, even by a fresh run", async () => {
  const folder = temporaryFolder();
  const store = openStore(folder);
  const run = (fresh: boolean) => runTrials([noisy, external], { store, fresh, progress: silent });
  await assert.rejects(run(false), /a trial of an external tool is not stored \(cbm3d\): run "npm run baselines"/);
  assert.deepEqual(readdirSync(folder), []);
  await assert.rejects(computeTrial(external, context), /run "npm run baselines"/);
  const measured = { curves: {}, images: {}, metrics: { psnr: 30, ssim: 0.9, seconds: 2 } };
  const made = { versions: { bm3d: "4.0.3", licence: "its own" }, seconds: 2, peakMiB: 99.6 };
  await store.write(recordExternal(external, measured, made));
  const [, read] = await run(true);
  assert.equal(read?.metrics.psnr, 30);
  assert.deepEqual(read?.costs, { seconds: 2, peakMiB: 100 });
  assert.equal(read?.versions.bm3d, "4.0.3");
  assert.equal(read?.versions.tensorflow, "2.21.0");
  const verdict = await verify.verifyTrial(read as TrialRecord, { signal: context.signal });
  assert.equal(verdict.state, "not possible");
});

test("what trains nothing is verified closely", () => {
  assert.equal(verify.toleranceFor({ spec: find("prior") }).decibels, 0.01);
});

test("the plan has each denoiser on the same images, and names no picture of the test set", () => {
  const specs = plans.planPriors("default").map((spec) => checkSpec(spec) as Denoiser);
  assert.equal(new Set(specs.map(trialKey)).size, specs.length);
  assert.ok(specs.every(({ keepImages, image }) => !keepImages && ["cbsd68", "set14", "other"].includes(image.from)));
  const crops = specs.filter(({ crop }) => crop === 128);
  assert.equal(crops.filter(({ denoiser }) => denoiser.kind === "cbm3d").length, 3 * 24 + 13 + 11);
  assert.equal(specs.filter(({ crop, denoiser }) => crop === "full" && denoiser.kind === "noisy").length, 68);
  assert.equal(specs.filter((spec) => spec.crop === "full" && isExternal(spec)).length, 0);
  assert.equal(plans.planPriors("full").filter((spec) => spec.crop === "full" && isExternal(spec)).length, 68);
  assert.ok(smoke.every((spec) => !isExternal(spec) && spec.image.from === "photos"));
});

test("the settings that are named as chosen are the best of those stored on the tune images", () => {
  const store = openStore(join(dataFolder(), "results"));
  const sums = new Map<string, number>();
  for (const spec of plans.planDenoiserTuning("default")) {
    const psnr = store.read(spec)?.metrics.psnr;
    assert.ok(psnr !== undefined, trialKey(spec));
    const name = JSON.stringify([spec.sigma, spec.denoiser]);
    sums.set(name, (sums.get(name) ?? 0) + psnr);
  }
  for (const sigma of [15, 25, 50] as const) {
    for (const chosen of plans.chosenDenoisers[sigma]) {
      const rivals = [...sums].filter(([name]) => {
        const [level, other] = JSON.parse(name) as [number, Denoiser["denoiser"]];
        return level === sigma / 255 && other.kind === chosen.kind;
      });
      const best = Math.max(...rivals.map(([, sum]) => sum));
      assert.equal(sums.get(JSON.stringify([sigma / 255, chosen])), best, JSON.stringify(chosen));
    }
  }
});

/** A stored trial as the table reads it. */
function stored(change: Partial<Denoiser>, metrics: Record<string, number>): TrialRecord<Denoiser> {
  return { spec: { ...noisy, ...change }, metrics } as TrialRecord<Denoiser>;
}

test("the table averages the seeds of an image first, and tells denoisers, sets and levels apart", () => {
  const at = (name: string, noise: number) => ({
    image: { from: "cbsd68", name } as const,
    crop: 128 as const,
    seeds: { noise },
  });
  const rest = { ssim: 0.9, perceptual: 0.3, seconds: 5 };
  const restored = plans.planRestore("smoke").map((spec) => ({
    spec: { ...spec, ...{ image: at("a", 1).image, crop: 128 } },
    metrics: { psnr: 33, psnrNoisy: 20, ...rest },
  })) as unknown as TrialRecord<RestoreSpec>[];
  const frame = denoisersFrame(
    [
      stored(at("a", 1), { psnr: 30, ssim: 0.8, perceptual: 0.2, seconds: 1 }),
      stored(at("a", 2), { psnr: 32, ssim: 0.6, perceptual: 0.4, seconds: 3 }),
      stored(at("b", 1), { psnr: 25, ssim: 0.5, perceptual: 0.1, seconds: 8 }),
      stored({ ...at("a", 1), denoiser: external.denoiser }, { psnr: 31, ...rest }),
      stored({ ...at("a", 1), crop: "full" }, { psnr: 29, ...rest }),
      stored({ ...at("a", 1), sigma: 50 / 255 }, { psnr: 24, ...rest }),
    ],
    restored,
  );
  const rows = tablePriors(frame);
  assert.deepEqual(told(rows, "prior", "set", "sigma", "images", "psnrMean"), [
    "noisy | CBSD68, 128x128 | 25 | 2 | 28",
    "CBM3D | CBSD68, 128x128 | 25 | 1 | 31",
    "noisy | CBSD68, whole | 25 | 1 | 29",
    "noisy | CBSD68, 128x128 | 50 | 1 | 24",
    "ffdnet fitted + bsd-wide | CBSD68, 128x128 | 25 | 1 | 33",
    "bsd-wide fitted | CBSD68, 128x128 | 25 | 1 | 33",
  ]);
  assert.deepEqual(told(comparePriors(rows), "prior", "psnr25", "psnr50", "interval", "whole"), [
    "noisy | 28 | 24 | 25.00 to 31.00 | 29",
    "CBM3D | 31 | – | 31.00 to 31.00 | –",
    "ffdnet fitted + bsd-wide | 33 | – | 33.00 to 33.00 | –",
    "bsd-wide fitted | 33 | – | 33.00 to 33.00 | –",
  ]);
  const [first] = rows;
  assert.ok(first);
  assert.deepEqual([first.psnrLow, first.psnrHigh], [25, 31]);
  const { ssimMean, perceptualMean, secondsMean } = first;
  assertClose([ssimMean, perceptualMean, secondsMean].map(Number), [0.6, 0.2, 5], 1e-12);
  assert.deepEqual(
    smoke.map(nameDenoiser).filter((name) => name.startsWith("photos")),
    ["photos", "photos ×8"],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { DataFrame } from "danfojs-node";
import { analysis, type DipFitSpec, denoisersFrame, plans, type RestoreSpec, recommended } from "../src";
import { near, record, told } from "./helpers";

test("a noise curriculum is read at the end of each level, averaged over the images that have it", () => {
  const named = plans.namedVariants("default").filter(({ variant }) => variant.value === "4 levels, fresh noise");
  const [one, two] = named.map(({ spec }) => spec) as [DipFitSpec, DipFitSpec];
  const curves = (psnr: number, loss: number) => ({
    ...{ iteration: [20, 40, 60], stage: [0, 0, 1], level: [25 / 255, 25 / 255, 0], risk: [0.1, 0.01, 0.001] },
    ...{ loss: [1, loss, 0.01], psnr: [10, psnr, 25], ssim: [0.1, 0.5, 0.6] },
  });
  const [first, second] = analysis.curriculumTable([
    record(one, {}, { curves: curves(20, 0.1) }),
    record(two, {}, { curves: curves(22, 0.001) }),
  ]);
  assert.deepEqual([first?.level, first?.images, first?.iteration, first?.clean], [1, 2, 40, 21]);
  near(first?.noise, 25);
  near(first?.target, 20);
  near(first?.estimate, 20);
  assert.deepEqual([second?.level, second?.noise, second?.target], [2, 0, 20]);
  assert.throws(
    () => analysis.curriculumTable([record(one, {}, { curves: { psnr: [1] } })]),
    /has no noise curriculum/,
  );
});

const restored = (spec: RestoreSpec, psnr: number, parts: [psnr: number, weight: number][]) =>
  record(spec, {
    ...{ psnr, risk: 0.0011, error: 0.001 },
    ...Object.fromEntries(
      parts.flatMap(([own, weight], i) => [
        [`part${i + 1}.psnr`, own],
        [`part${i + 1}.weight`, weight],
        [`part${i + 1}.risk`, 0.001],
      ]),
    ),
  });
const crops = (effort: "usual" | "fast") =>
  ["a", "b"].map((name) => plans.restoreTrial({ from: "cbsd68", name }, { sigma: 25, effort }));

test("the parts of the combined method: their mean quality and weight, and what weighing adds", () => {
  const [one, two] = crops("usual") as [RestoreSpec, RestoreSpec];
  const frame = analysis.partsFrame([
    restored(one, 31, [
      [30, 0.25],
      [30.5, 0.75],
    ]),
    restored(two, 33, [
      [32, 0.75],
      [32.5, 0.25],
    ]),
  ]);
  const [ffdnet, bsd] = analysis.partsTable(frame);
  assert.deepEqual([ffdnet?.part, ffdnet?.images, ffdnet?.set], ["ffdnet", 2, "CBSD68, 128x128"]);
  assert.deepEqual([ffdnet?.psnr, ffdnet?.weight, ffdnet?.gain], [31, 0.5, 1]);
  assert.deepEqual([bsd?.part, bsd?.psnr, bsd?.gain], ["bsd-wide", 31.5, 0.5]);
});

test("DIP and a DDPM stacked: each image's gain is over the better of the two, the least is named", () => {
  const specs = plans.planStackWithDip("default");
  const of = (name: string, prior: string) =>
    specs.find((spec) => spec.image.name === name && spec.priors[0]?.name === prior) ?? assert.fail(name);
  const names = [...new Set(specs.filter(({ image }) => image.from === "cbsd68").map(({ image }) => image.name))];
  const [one = "", two = ""] = names;
  const rows = analysis.stackTable([
    restored(of(one, "photos"), 31, [
      [30, 0.75],
      [29, 0.25],
    ]),
    restored(of(two, "photos"), 28.5, [
      [27, 0.25],
      [29, 0.75],
    ]),
    restored(of(two, "bsd"), 32, [
      [27, 0],
      [32, 1],
    ]),
  ]);
  const columns = ["set", "prior", "images", "dip", "ddpm", "psnr", "weight", "gain", "worst"];
  assert.deepEqual(told(rows, ...columns), [
    "CBSD68, 64x64 | photos | 2 | 28.5 | 29 | 29.75 | 0.5 | 0.25 | -0.5",
    "CBSD68, 64x64 | bsd | 1 | 27 | 32 | 32 | 0 | 0 | 0",
  ]);
  near(rows[1]?.dipRatio, 0.001 * 10 ** 2.7);
  assert.equal(rows[1]?.possible, "–");
  // Errors without a product: the best weight brings the sum of the two precisions.
  const [a, b] = [0.001, 0.002];
  const mixed = -10 * Math.log10(0.25 * a + 0.25 * b);
  const [apart] = analysis.stackTable([
    restored(of(one, "bsd"), mixed, [
      [-10 * Math.log10(a), 0.5],
      [-10 * Math.log10(b), 0.5],
    ]),
  ]);
  near(apart?.possible, 10 * Math.log10(a * (1 / a + 1 / b)));
  const [shown] = analysis.showIntervals(rows);
  assert.deepEqual(Object.keys(shown ?? {}).slice(-4), ["gain", "interval", "worst", "possible"]);
  const frame = analysis.partsFrame([
    restored(of(one, "photos"), 31, [
      [30, 0.75],
      [29, 0.25],
    ]),
  ]);
  assert.deepEqual(told(analysis.rowsOf(frame), "part", "weight"), ["DIP | 0.75", "photos | 0.25"]);
});

test("the relative error of a risk estimate", () => {
  const { trials, mean, median, worst } = analysis.calibration([
    { risk: 1.1, error: 1 },
    { risk: 0.5, error: 1 },
    { risk: 2, error: 2 },
  ]);
  assert.equal(trials, 3);
  near(mean, 0.2);
  near(median, 0.1);
  near(worst, 0.5);
});

test("the fitted part of the combined method stands beside whole denoisers, and gains are read image by image", () => {
  const usual = crops("usual").map((spec, i) =>
    restored(spec, 31 + i, [
      [30.5 + i, 0.5],
      [30.75 + i, 0.5],
    ]),
  );
  const prior = plans
    .planPriors("default")
    .find(
      ({ crop, sigma, denoiser }) =>
        crop === 128 && sigma === 25 / 255 && denoiser.kind === "prior" && denoiser.checkpoint.name === "ffdnet",
    );
  assert.ok(prior);
  const ffdnet = crops("usual").map(({ image }, i) =>
    record({ ...prior, image }, { psnr: 30 + i, ssim: 0.9, perceptual: 0.1, seconds: 1 }),
  );
  const frame = analysis.withFitted(denoisersFrame(ffdnet), usual);
  const [name] = analysis.rowsOf(frame).map(({ variant }) => String(variant)) as [string];
  const of = { fitted: analysis.fittedTitle, none: "no such variant" };
  assert.deepEqual(
    analysis.gainByImage(frame, "CBSD68", { over: name, of }).map((row) => Object.values(row).slice(1)),
    crops("usual").map((_, i) => [30 + i, 0.5, Number.NaN]),
  );
  const [first, ...others] = analysis.meansAlone(analysis.fittedAlone(usual));
  assert.deepEqual([first?.prior, first?.psnrMean, first?.secondsMean], [analysis.fittedTitle, 31, "–"]);
  assert.deepEqual(others, []);
  assert.deepEqual(analysis.meansAlone([]), []);
});

test("on how many images the fitted network was kept is counted by set and noise level", () => {
  const trials = plans.planRestore("default").map((spec, i) => record(spec, { kept: i % 2 })) as Parameters<
    typeof analysis.keptTable
  >[0];
  const { usual, thorough } = recommended;
  const [counts, others] = [usual, thorough].map((variant) => analysis.keptTable(trials, variant)) as [
    analysis.Row[],
    analysis.Row[],
  ];
  assert.deepEqual(told(counts, "sigma", "images"), ["25 | 24", "15 | 8", "50 | 8", "25 | 13", "25 | 11"]);
  assert.equal(
    counts.reduce((sum, { kept }) => sum + Number(kept), 0),
    trials.filter(({ spec, metrics }) => spec.settings.adaptedPriors === 1 && !spec.degradation.asFile && metrics.kept)
      .length,
  );
  assert.equal(others.length, 5);
});

test("the pair alone is the first part of the trials in which it stands beside a DDPM", () => {
  const [trial = assert.fail()] = plans.planDipBesideDdpm("default");
  const stored = { psnr: 31, "part1.psnr": 28, "part1.ssim": 0.8, "part2.psnr": 30.5 };
  const trials = [record(trial, stored)] as Parameters<typeof analysis.pairAlone>[0];
  const [row, ...others] = analysis.pairAlone(trials);
  assert.deepEqual([row?.variant, row?.sigma, row?.psnr, row?.ssim], [analysis.pairAloneTitle, 25, 28, 0.8]);
  assert.deepEqual(others, []);
});

test("ways to join two images follow from one mixture of them", () => {
  // Errors of 4 and 9 (10⁻⁴) whose product has the mean 2: half of each is (4 + 9 + 4) / 4, the best weight of the first 7/9.
  const psnrOf = (error: number) => -10 * Math.log10(error * 1e-4);
  const [spec, other] = crops("usual") as [RestoreSpec, RestoreSpec];
  const mixture = (w: number) => 4 * w ** 2 + 9 * (1 - w) ** 2 + 4 * w * (1 - w);
  const table = analysis.stackersTable([
    restored(spec, psnrOf(mixture(0.6)), [
      [psnrOf(4), 0.6],
      [psnrOf(9), 0.4],
    ]),
    // All weight on one: nothing is known of the product.
    restored(other, 30, [
      [30, 1],
      [29, 0],
    ]),
  ]);
  const [row] = table;
  assert.deepEqual([table.length, row?.images, row?.mixed], [1, 2, 1]);
  near(row?.fitted, psnrOf(4));
  near(row?.half, psnrOf(17 / 4));
  near(row?.best, psnrOf(mixture(7 / 9)));
  near(row?.alike, 0.5);
});

test("each prior alone, as trained and fitted, pairs the same images", () => {
  const rows = [
    ["one prior, as trained: bsd", 30, 31],
    ["one prior, fitted: bsd", 30.5, 30.75],
  ].flatMap(([variant, ...psnrs]) =>
    psnrs.map((psnr, i) => ({
      ...{ variant: variant as string, set: "s", sigma: 25, image: `i${i}`, seed: 1, psnr: psnr as number },
    })),
  );
  const [bsd] = analysis.priorStrengthTable(new DataFrame(rows), ["bsd"]);
  assert.deepEqual([bsd?.prior, bsd?.trained, bsd?.fitted, bsd?.gain, bsd?.wins], ["bsd", 30.5, 30.625, 0.125, 0.5]);
});

test("the settings of the method are known by their trials, the default among them", () => {
  const named = plans.namedRestoreVariants("default");
  const some = named.filter(({ variant }) => variant.setting === "default" || variant.setting === "self-ensemble");
  const metrics = (psnr: number) => ({ psnr, ssim: 0.9, perceptual: 0.1, seconds: 1 });
  const frame = analysis.tuningFrame(
    some.map(({ spec, variant }, i) =>
      record(spec, metrics(30 + (variant.setting === "default" ? 0 : -0.5) + i / 100)),
    ),
  );
  const [effect, ...others] = analysis.effectsTable(frame);
  assert.deepEqual([effect?.setting, effect?.value, others.length], ["self-ensemble", "none", 0]);
  near(effect?.psnr, -0.5 + plans.tuneCrops.images / 100);
  const single = analysis.where(frame, ({ image }) => image === some[0]?.spec.image.name);
  assert.deepEqual(analysis.effectsTable(single), []);
});

test("a variant of the fit is read by its own criterion, a baseline beside the pair by all that it has", () => {
  const named = plans.namedVariants("default");
  const specOf = (value: string) => named.find(({ variant }) => variant.value === value)?.spec ?? assert.fail(value);
  const quality = (name: string, psnr: number) => ({
    ...{ [`${name}.psnr`]: psnr, [`${name}.ssim`]: 0.9, [`${name}.perceptual`]: 0.1, [`${name}.iteration`]: 5 },
  });
  const run = { iterationsRun: 10, secondsPerIteration: 0.5, "risk.risk": 1.1, "risk.error": 1 };
  const frame = analysis.variantsFrame([
    record(specOf("as chosen"), { ...run, ...quality("risk", 30), ...quality("oracle", 30.1) }),
    record(specOf("held-out pixels"), { ...run, ...quality("held-out-10", 29), ...quality("oracle", 29.5) }),
  ]);
  const [pair, heldOut] = analysis.rowsOf(frame);
  assert.deepEqual([pair?.variant, pair?.psnr, pair?.seconds], ["pair: as chosen", 30, 5]);
  assert.deepEqual([heldOut?.setting, heldOut?.value, heldOut?.psnr], ["baseline", "held-out pixels", 29]);
  const table = analysis.baselinesTable(frame);
  assert.deepEqual(told(table, "fit", "own", "oracle", "wmv"), [
    ...["antithetic pair | 30 | 30.1 | –", "held-out pixels | 29 | 29.5 | –"],
  ]);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { dataFolder, projectFolder } from "ddpm-dip/runtime";
import { type AnySpec, analysis, denoisersFrame, openStore, plans, recommended, type TrialRecord } from "../src";
import { near } from "./helpers";

/** What the report says in words, held against the stored trials: a sentence whose trials say otherwise fails here. */
const store = openStore(join(dataFolder(), "results"));

function stored<Spec extends AnySpec>(specs: readonly Spec[]): TrialRecord<Spec>[] {
  return specs.map((spec) => (store.read(spec) ?? assert.fail(`not stored: ${JSON.stringify(spec)}`)) as never);
}

const all = denoisersFrame(stored(plans.planPriors("default")), stored(plans.planRestore("default")));
const { ddpm, usual: combined } = recommended;
const gains = analysis.gainsBySet(all, combined, ["CBM3D", "ffdnet", "ffdnet ×8", ddpm, `${ddpm} ×8`]);
const gainOver = (over: string, set: string) =>
  gains.find((row) => row.over === over && row.sigma === 25 && String(row.set).startsWith(set)) ??
  assert.fail(`${over}, ${set}`);

test("the combined method is better than CBM3D and than each of its priors alone, on every set", () => {
  for (const set of ["CBSD68", "Set14", "other"]) {
    for (const over of ["CBM3D", "ffdnet", ddpm]) {
      const { low } = gainOver(over, set);
      assert.ok((low as number) > 0, `${set}, over ${over}: from ${low}`);
    }
  }
});

test("it wins on nearly every crop of CBSD68, and self-ensembling alone takes a part of the gain", () => {
  assert.ok((gainOver("ffdnet", "CBSD68").wins as number) > 0.95);
  for (const prior of ["ffdnet", ddpm]) {
    const [once, eightfold] = [gainOver(prior, "CBSD68").gain, gainOver(`${prior} ×8`, "CBSD68").gain] as number[];
    assert.ok((eightfold as number) < (once as number), prior);
  }
});

test("over the self-ensembled DDPM it is level on CBSD68 and ahead on the other sets", () => {
  const over = (set: string) => gainOver(`${ddpm} ×8`, set);
  assert.ok(Math.abs(over("CBSD68").gain as number) < 0.03, String(over("CBSD68").gain));
  for (const set of ["Set14", "other"]) assert.ok((over(set).low as number) > 0, `${set}: ${over(set).low}`);
});

test("what the adaptation adds falls with the strength of the prior, to nothing for the strongest", () => {
  const frame = analysis.tuningFrame(stored(plans.planRestoreTuning("default")));
  const gains = analysis.priorStrengthTable(frame, plans.priorsByStrength).map(({ gain }) => gain as number);
  for (const [i, gain] of gains.slice(1).entries()) assert.ok(gain < (gains[i] as number), String(gains));
  assert.ok((gains.at(-1) as number) < 0.05);
});

test("an assumed noise level that is too low costs decibels, one as much too high less than a fifth of that", () => {
  const of = (factor: number) => effect("assumed noise level", `${factor} of the true one`).psnr as number;
  for (const [low, high] of [
    [0.85, 1.15],
    [0.7, 1.3],
  ] as const) {
    assert.ok(of(low) < -1 && of(high) > of(low) / 5, `${low}: ${of(low)}, ${high}: ${of(high)}`);
  }
});

test("restore warns of every noise that is not white and of no white one, whose estimate alone is right", () => {
  const rows = analysis.noiseKindsTable(analysis.noiseKindsFrame(stored(plans.planNoiseKinds("default"))));
  for (const { noise, level, warned, ratio } of rows) {
    const isColoured = /JPEG|demosaicked/.test(String(noise));
    assert.equal(warned, isColoured ? 1 : 0, `${noise}, ${level}`);
    if (isColoured) assert.ok((ratio as number) < 0.5, `${noise}, ${level}: ${ratio}`);
  }
  const [poisson, stabilised] = ["Poisson", "Poisson, stabilised"].map((name) =>
    rows.find(({ noise }) => noise === name),
  );
  assert.ok((stabilised?.psnr as number) > (poisson?.psnr as number) + 0.5);
  assert.ok(Math.abs((stabilised?.ratio as number) - 1) < 0.1 && (poisson?.ratio as number) < 0.8);
});

test("an untrained network adds nothing to a strong DDPM; on other kinds little could be had, and its estimate is too low", () => {
  const rows = analysis.stackTable(stored(plans.planStackWithDip("default")));
  const strong = rows.filter(({ prior }) => String(prior).startsWith("bsd"));
  assert.equal(strong.length, 4);
  for (const { set, prior, gain, weight, possible, dipRatio, ddpmRatio } of strong) {
    const isPhotos = String(set).startsWith("CBSD68");
    assert.ok(Math.abs(gain as number) < (isPhotos ? 0.005 : 0.03), `${set}, ${prior}: ${gain}`);
    assert.ok((weight as number) < (isPhotos ? 0.01 : 0.12) && (ddpmRatio as number) > 0.9, `${set}, ${prior}`);
    if (isPhotos) continue;
    assert.ok((possible as number) > 0.05 && (possible as number) < 0.15, `${prior}: ${possible}`);
    assert.ok((dipRatio as number) > 0.85 && (dipRatio as number) < 0.95, `${prior}: ${dipRatio}`);
  }
});

test("nor has the best untrained fit anything to add on photos, known in hindsight; elsewhere on two images of eight", () => {
  const trials = stored(plans.planSureBesideDdpm("default"));
  const rows = analysis.mixtureTable(trials) as (Record<"gain" | "largest" | "psnr", number> & { set: string })[];
  const [photos, others] = ["CBSD68", "other"].map((set) => rows.filter((row) => row.set.startsWith(set)));
  for (const { gain, largest } of photos ?? []) assert.ok(gain < 0.0055 && largest < 0.02, `${gain}, ${largest}`);
  for (const { gain } of others ?? []) assert.ok(gain > 0.105 && gain < 0.135, String(gain));
  assert.deepEqual([photos?.length, others?.length], [2, 2]);
  const most = trials
    .filter(({ metrics }) => Number(metrics["sure.besideGain"]) > 0.1)
    .map(({ spec }) => spec.image.name);
  assert.deepEqual(most, ["horse", "phantom"]);
});

test("the band of the pair's estimate holds the error at the last iteration in all but two of the fits", () => {
  const pairs = stored(plans.planCriteria("default")).filter(({ spec }) => spec.fit.kind === "split");
  const held = pairs.filter(({ curves }) => {
    const [risk, error, deviation] = ["risk", "error", "standardError"].map((name) => curves[name]?.at(-1) as number);
    return Math.abs((risk as number) - (error as number)) <= 1.96 * (deviation as number);
  });
  assert.deepEqual([pairs.length, held.length], [24, 22]);
});

const whole = analysis.stack([
  analysis.withFitted(all, stored(plans.planRestore("default"))),
  analysis.sureFrame(stored(plans.planDipSure("default"))),
]);
const { thorough, usual } = recommended;
const { fittedTitle: fittedFfdnet } = analysis;
const { "sure-averaged": dipTitle } = analysis.sureTitles;
/** By set, at sigma 25. */
const gainsOf = (own: string, other: string) => {
  const rows = analysis.gainsBySet(whole, own, [other]).filter(({ sigma }) => sigma === 25);
  assert.equal(rows.length, 3, `${own} over ${other}`);
  return rows as (Record<"gain" | "low" | "wins", number> & { set: string })[];
};

test("the DDPM fitted to the image is better than itself on every set, more on those unlike its training set, and no worse than the stack", () => {
  const gains = gainsOf(thorough, `${ddpm} ×8`);
  for (const { set, low } of gains) assert.ok(low > 0, `${set}: ${low}`);
  const [here, ...elsewhere] = gains.map(({ gain }) => gain) as [number, number, number];
  assert.ok(here < 0.05 && elsewhere.every((gain) => gain > 0.15), String([here, ...elsewhere]));
  assert.ok((gains[0]?.wins ?? 0) > 0.8);
  for (const { set, gain } of gainsOf(thorough, usual)) assert.ok(gain > -0.005, `${set}: ${gain}`);
  const overFitted = gainsOf(thorough, fittedFfdnet).find(({ set }) => set.startsWith("other")) ?? assert.fail();
  assert.ok(Math.abs(overFitted.gain) < 0.05, String(overFitted.gain));
  const others = analysis.gainsBySet(whole, thorough, [`${ddpm} ×8`]);
  const [weak, heavy] = [15, 50].map((level) => Number(others.find(({ sigma }) => sigma === level)?.gain));
  assert.ok(
    Math.abs(weak as number) < 0.01 && (heavy as number) < 0 && (heavy as number) > -0.015,
    `${weak}, ${heavy}`,
  );
});

test("on images to tune on, in crops as large, the fitted DDPM is ahead of itself too", () => {
  const trials = stored(plans.planThoroughTuning("default"));
  const settings = analysis.effectsTable(analysis.tuningFrame(trials, plans.namedThoroughVariants("default")));
  const untrained = settings.find(({ setting, value }) => setting === "steps" && value === "0") ?? assert.fail();
  assert.ok((untrained.psnr as number) < -0.02, String(untrained.psnr));
  const rest = settings
    .filter((row) => row !== untrained && !/Stein/.test(`${row.setting} ${row.value}`))
    .map(({ psnr }) => psnr as number);
  assert.ok(rest.length === 4 && rest.every((change) => Math.abs(change) < 0.015), String(rest));
});

test("DIP alone is behind every trained network; the stack is near the better of its parts on every set", () => {
  for (const name of ["ffdnet", ddpm]) for (const { gain } of gainsOf(dipTitle, name)) assert.ok(gain < -0.6);
  for (const part of [fittedFfdnet, `${ddpm} ×8`]) {
    for (const { set, gain } of gainsOf(usual, part)) assert.ok(gain > -0.05, `${set}, over ${part}: ${gain}`);
  }
  for (const { set, gain } of gainsOf(fittedFfdnet, "ffdnet ×8"))
    assert.ok(gain > 0.1 && gain < 0.85, `${set}: ${gain}`);
});

test("the stack by the estimate is ahead of the plain mean and of the lower estimate on every set, and near the best weight", () => {
  const rows = analysis.stackersTable(stored(plans.planRestore("default")));
  assert.equal(rows.length, 3);
  for (const { set, ...row } of rows) {
    const { stack, half, pick, best, alike } = row as Record<"stack" | "half" | "pick" | "best" | "alike", number>;
    assert.ok(stack > half && stack > pick && stack > best - 0.03, `${set}: ${stack}, ${half}, ${pick}, ${best}`);
    assert.ok(alike > 0.96 && alike < 1, `${set}: ${alike}`);
  }
});

test("on the crops of the main table DIP beside the strongest DDPM changes its mean by a few hundredths at most", () => {
  const rows = analysis.stackTable(stored(plans.planDipBesideDdpm("default")));
  assert.equal(rows.length, 3);
  for (const { set, psnr, ddpm: alone } of rows) {
    const gain = (psnr as number) - (alone as number);
    assert.ok(gain > -0.015 && gain < 0.035, `${set}: ${gain}`);
  }
});

const stops = analysis.summariseStops(analysis.stopsFrame(stored(plans.planCriteria("default"))));
const gapOf = (variant: string) =>
  (stops.find((row) => row.variant === variant)?.gapMedian ?? assert.fail(variant)) as number;

test("the risk estimate and held-out pixels stop near the best image, ES-WMV does not", () => {
  for (const near of [analysis.pairTitle, "held-out pixels, 10 %"]) {
    assert.ok(gapOf(near) < 0.2, `${near}: ${gapOf(near)}`);
  }
  assert.ok(gapOf(analysis.pairTitle) < 0.1, String(gapOf(analysis.pairTitle)));
  const [ofOutput, ofAverage] = ["ES-WMV", "ES-WMV, averaged output"].map(gapOf) as [number, number];
  assert.ok(ofAverage > 1 && ofOutput > ofAverage, `${ofOutput}, ${ofAverage}`);
});

test("at other noise levels and on images of other kinds the two that measure the error stop within tenths, the others decibels off on one", () => {
  const elsewhere = analysis.stopsFrame(stored(plans.planCriteriaElsewhere("default")));
  const worst = new Map(analysis.summariseStops(elsewhere).map(({ variant, gapWorst }) => [variant, Number(gapWorst)]));
  const of = (variant: string) => worst.get(variant) ?? assert.fail(variant);
  assert.ok(of(analysis.pairTitle) < 0.25 && of("held-out pixels, 10 %") < 0.5);
  for (const other of ["discrepancy principle", "SURE, averaged output", "1,000 iterations", "ES-WMV"]) {
    assert.ok(of(other) > 2, `${other}: ${of(other)}`);
  }
});

test("two plain fits, averaged, return as good an image as the pair by the discrepancy principle, perceptually a worse one", () => {
  const of = (variant: string) => stops.find((row) => row.variant === variant) ?? assert.fail(variant);
  const pair = of(analysis.pairTitle);
  const other = of("discrepancy principle, two fits");
  assert.ok(Math.abs((other.psnrMean as number) - (pair.psnrMean as number)) < 0.05);
  assert.ok((other.perceptualMean as number) > 1.4 * (pair.perceptualMean as number));
  assert.ok((other.gapMedian as number) > 0.15);
  const sure = of("SURE, averaged output");
  assert.ok(
    (sure.psnrMean as number) > (pair.psnrMean as number) + 0.55 &&
      (sure.ssimMean as number) > (pair.ssimMean as number),
  );
});

test("the risk estimate loses next to nothing on any crop, all others half a decibel and more on one", () => {
  assert.ok(stops.every(({ images }) => images === 24));
  const worst = (variant: string) => stops.find((row) => row.variant === variant)?.gapWorst as number;
  assert.ok(worst(analysis.pairTitle) < 0.03);
  assert.ok(gapOf("held-out pixels, 10 %") < 0.05 && worst("held-out pixels, 10 %") > 0.75);
  for (const other of ["discrepancy principle", "SURE, averaged output", "1,000 iterations"])
    assert.ok(worst(other) > 0.5);
});

const variants = analysis.where(
  analysis.variantsFrame(stored(plans.planVariants("default"))),
  ({ setting }) => setting !== "baseline",
);
const effects = analysis.effectsTable(variants);
const effect = (setting: string, value: string) =>
  effects.find((row) => row.setting === setting && row.value === value) ?? assert.fail(`${setting}: ${value}`);

test("at equal compute the antithetic pair is level with two held-out fits and with SURE, whose best image is better", () => {
  const rows = analysis.baselinesTable(analysis.variantsFrame(stored(plans.planVariants("default"))));
  const of = (fit: string) => rows.find((row) => row.fit === fit) ?? assert.fail(fit);
  const pair = of("antithetic pair");
  for (const other of ["held-out pixels, two averaged", "SURE"].map(of)) {
    assert.ok(Math.abs((other.own as number) - (pair.own as number)) < 0.15, `${other.fit}: ${other.own}`);
    assert.ok((pair.perceptual as number) < (other.perceptual as number));
  }
  assert.ok((of("SURE").oracle as number) > (pair.oracle as number) + 0.3);
  const plain = of("two plain fits, averaged");
  assert.ok((plain.oracle as number) > (pair.oracle as number) + 0.1);
  assert.ok(Math.max(plain.wmv as number, plain.discrepancy as number) < (pair.own as number) - 0.2);
  assert.ok((of("clean targets").oracle as number) > (pair.oracle as number) + 5);
});

test("an adversarial term on top of the guide gains nothing with a small weight and harms with a larger one", () => {
  const [guided, small, large] = [
    effect("guide", "D(y)"),
    effect("adversarial term", "0.0003"),
    effect("adversarial term", "0.003"),
  ].map(({ psnr, perceptual }) => [psnr, perceptual] as [number, number]) as [number, number][];
  assert.ok(Math.abs((small?.[0] as number) - (guided?.[0] as number)) < 0.15);
  assert.ok((large?.[0] as number) < (guided?.[0] as number) - 1.5 && (large?.[1] as number) > 5);
});

test("a DIP that is guided by a DDPM does not reach it", () => {
  const guides = stored(plans.planStackWithDip("default")).filter(
    ({ spec: { image, priors } }) => image.from === "cbsd68" && priors[0]?.name === "bsd",
  );
  const meanOf = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const alone = meanOf(guides.map(({ metrics }) => metrics["part2.psnr"] as number));
  for (const value of ["D(y)", "D(y), weight 3", "RED-diff"]) {
    const guided = meanOf(analysis.rowsOf(analysis.select(variants, { value })).map(({ psnr }) => psnr as number));
    assert.ok(guided < alone - 0.1, `${value}: ${guided}, alone ${alone}`);
  }
});

test("a noise curriculum of fresh draws does not improve the fit significantly, one of fixed draws harms it", () => {
  const [fresh, fixed] = ["fresh", "fixed"].map((kind) => effect("noise curriculum", `4 levels, ${kind} noise`));
  assert.ok((fresh?.p as number) >= 0.05 || (fresh?.psnr as number) < 0.1);
  assert.ok((fixed?.psnr as number) < -0.5);
  // Nor do those whose levels are all gone through before the best image.
  const visited = effects.filter(({ value }) => /150|of 75/.test(String(value)));
  assert.equal(visited.length, 5);
  for (const { value, psnr, p } of visited) {
    assert.ok((psnr as number) < 0.02 && (psnr as number) > -0.1 && (p as number) > 0.05, `${value}: ${psnr}, ${p}`);
  }
});

test("a trained denoiser as the guide is worth more than any other change of the fit", () => {
  const best = Math.max(...effects.map(({ psnr }) => psnr as number));
  assert.equal(effects.find(({ psnr }) => psnr === best)?.setting, "guide");
});

let onCrops: analysis.Restoration[] = [];
before(async () => {
  onCrops = await analysis.readCropRestorations(async (specs) => stored(specs), "default");
});
const gainsIn = (seconds: number, own: analysis.MethodGroup, other: analysis.MethodGroup) =>
  analysis.budgetGains(onCrops, [{ title: "", own, other }], seconds) as (Record<
    "gain" | "low" | "high" | "p",
    number
  > & {
    task: string;
  })[];
const variationFirst = analysis.groupOf("least variation, then DDPM");
const byRule = analysis.groupOf("DIP, then DDPM");
const atBest = analysis.groupOf("… at its best level");
const ddpmAlone = analysis.groupOf("DDPM alone");
const dipAlone = analysis.groupOf("DIP alone");

test("DIP's start is ahead of DIP alone on every task but the hole, of the DDPM where little is measured and seconds are few", () => {
  for (const seconds of [8, 20]) {
    for (const { task, gain } of gainsIn(seconds, byRule, dipAlone)) {
      assert.ok(task === "hole" ? gain < -0.2 : gain > 0.15, `${task}, ${seconds} s: ${gain}`);
    }
  }
  assert.equal(analysis.countGains(gainsIn(8, byRule, dipAlone)).clearly, 11);
  const random = ["10 % of the pixels", "Hadamard, 25 %", "Hadamard, 10 %", "Hadamard, 25 %, sigma 10"];
  const overDdpm = gainsIn(8, byRule, ddpmAlone);
  for (const { task, low, p } of overDdpm.filter((row) => random.includes(row.task))) {
    assert.ok(low > 0.5 && p < 0.05, `${task}: ${low}`);
  }
  assert.deepEqual(analysis.countGains(overDdpm), {
    ...{ tasks: plans.cropTasks.length, ahead: 8, clearly: 6, behind: 0, clearlyAll: 2, behindAll: 0 },
  });
  const later = analysis.countGains(gainsIn(20, byRule, ddpmAlone));
  assert.deepEqual([later.clearly, later.behind], [3, 0]);
});

test("from the rule's level it is behind a start of least variation on five tasks, from the best level level with it on nine", () => {
  const rule = analysis.countGains(gainsIn(8, byRule, variationFirst));
  assert.deepEqual([rule.clearly, rule.behind], [1, 5]);
  for (const seconds of [8, 20]) {
    const best = gainsIn(seconds, atBest, variationFirst);
    const { clearly, behind } = analysis.countGains(best);
    assert.deepEqual([clearly, behind], [1, 0], `${seconds} s`);
    assert.ok(best.some(({ task, gain, p }) => task === "Hadamard, 25 %" && gain > 0.3 && p < 0.05));
  }
  assert.equal(gainsIn(8, atBest, variationFirst).filter(({ gain }) => Math.abs(gain) < 0.1).length, 9);
});

test("the mean of two draws of fifty is ahead of one of a hundred on the tune images, but for values of a spectrum", () => {
  const table = analysis.drawsTable(
    stored(plans.planDrawsTuning("default")),
    stored(plans.planCropLevelTuning("default")),
  );
  assert.equal(table.length, plans.cropTasks.length);
  for (const { task, "2 × 50": two, "1 × 100": one } of table) {
    const gain = Number(two) - Number(one);
    const ofSpectrum = /Fourier|Hadamard/.test(String(task));
    assert.ok(ofSpectrum ? gain < -0.1 && gain > -0.65 : gain > 0.04 && gain < 0.8, `${task}: ${gain}`);
  }
});

test("in a hole DIP's image is the better start, on the tune images by decibels", () => {
  const table = analysis.gapTable(stored(plans.planGapTuning("default")));
  const of = (start: string, column: string) =>
    Number(table.find((row) => row.start === start)?.[column] ?? assert.fail(start));
  assert.ok(of("DIP, 200 iterations", "t 100, 5 × 20") > of("least variation", "t 100, 5 × 20") + 2.5);
  assert.ok(of("DIP, 200 iterations", "t 100, 2 × 50") > of("DIP, 200 iterations", "t 100, 5 × 20"));
});

test("on 24 crops DIP's start fills a hole better than that of least variation from the same level, and than DIP alone", async () => {
  const [own, ...others] = analysis.holeGains(await analysis.readHole(async (specs) => stored(specs), "default"));
  assert.equal(own?.gain, "–");
  const [same, next, ddpm, ...alone] = others as Record<"gain" | "p" | "wins", number>[];
  assert.ok((same?.gain as number) > 0.9 && (same?.p as number) < 0.01 && (same?.wins as number) >= 0.75);
  assert.ok((next?.gain as number) > 0.5 && (next?.p as number) > 0.05);
  assert.ok((ddpm?.gain as number) > 0 && (ddpm?.gain as number) < 0.5 && (ddpm?.p as number) > 0.05);
  assert.equal(alone.length, 2);
  for (const { gain, p } of alone) assert.ok(gain > 0.6 && gain < 0.85 && p > 0.05, `${gain}, ${p}`);
});

test("the one call is near the best control, and ahead of the DDPM alone on all tasks, of DIP alone on all but one", () => {
  const control = { ...analysis.groupOf("start without a network"), title: "control" };
  const dip = { ...dipAlone, title: "dip" };
  const table = analysis.fillInTable(stored(plans.planCropRestore("default")), onCrops, [
    control,
    dip,
    { ...ddpmAlone, title: "ddpm" },
  ]);
  const byDefault = table.filter(({ effort }) => effort === "default");
  assert.equal(byDefault.length, plans.cropTasks.length);
  const notIn = (column: string, least: number) =>
    byDefault.filter((row) => (row[column] as number) <= least).map(({ task }) => task);
  assert.deepEqual([notIn("dip", 0), notIn("ddpm", 0)], [["10 % of the pixels"], []]);
  assert.ok(byDefault.every((row) => (row.dip as number) > -0.1));
  assert.deepEqual(notIn("control", -0.1), ["Fourier, 25 %"]);
  const clearly = (column: string) => byDefault.filter((row) => (row[`${column} p`] as number) < 0.05).length;
  assert.deepEqual([clearly("ddpm"), clearly("dip")], [9, 10]);
  const fast = table.filter(({ effort, ddpm }) => effort === "fast" && (ddpm as number) > 0);
  assert.equal(fast.length, 7);
});

test("the thorough effort takes DIP's start mostly, and gains with few pixels only", () => {
  const rows = analysis.thoroughTable(stored(plans.planCropRestore("default"))) as Record<string, number>[];
  const sum = (column: string) => rows.reduce((all, row) => all + (row[column] as number), 0);
  assert.deepEqual([sum("images"), sum("dip")], [48, 38]);
  near(sum("seconds") / rows.length, 23, 1);
  for (const { task, gain } of rows) {
    if (String(task) === "10 % of the pixels") near(gain, 0.23, 0.01);
    else if (String(task) !== "hole") assert.ok(Math.abs(gain as number) < 0.1, `${task}: ${gain}`);
  }
});

test("the mean of draws costs perceptual distance, a start saves more of it, and two tasks are for no diffusion", () => {
  const rated = analysis.rate(stored(plans.planCropPerceptual("default")));
  const table = analysis.perceptualTable(rated);
  const of = (way: string) => table.find((row) => row.way === way) ?? assert.fail(way);
  for (const start of ["noise", "least variation", "DIP"]) {
    const [one, both] = [of(`${start}, one draw`), of(`${start}, mean of 2`)];
    near((both.psnr as number) - (one.psnr as number), 0.22, 0.02);
    assert.ok((both.added as number) > 0.0035 && (both.added as number) < 0.0055 && (both.p as number) < 0.05);
    near(one.perceptual, start === "noise" ? 0.18 : 0.12, 0.005);
  }
  near(of("DIP").perceptual, 0.27, 0.005);
  near(of("least variation").perceptual, 0.16, 0.005);
  const byTask = analysis.perceptualByTask(rated) as Record<string, number>[];
  const draws = ["noise", "least variation", "DIP"].flatMap((start) => [`${start} × 1`, `${start} × 2`]);
  const nearest = (row: Record<string, number>, ways: string[]) => Math.min(...ways.map((way) => row[way] as number));
  const isNearer = (row: Record<string, number>) =>
    ["least variation × 1", "DIP × 1"].every((way) => (row[way] as number) < 0.95 * (row["noise × 1"] as number));
  assert.equal(byTask.filter(isNearer).length, 9);
  for (const row of byTask.filter(({ task }) => String(task).includes("sigma"))) {
    for (const start of ["least variation", "DIP"]) near(row[`${start} × 2`], row[`${start} × 1`] as number, 5e-4);
  }
  const [enlarged, hole] = ["super-resolution x4", "hole"].map((task) =>
    byTask.find((row) => String(row.task) === task),
  );
  assert.ok(enlarged && (enlarged["least variation"] as number) < nearest(enlarged, draws));
  assert.ok(hole && (hole.DIP as number) < nearest(hole, draws));
});

test("to the DDPM's quality DIP's start takes three to six tenths of its time on all tasks but the hole, least variation less", () => {
  const timed = [ddpmAlone, byRule, variationFirst];
  for (const task of new Set(onCrops.map((row) => row.task))) {
    const own = onCrops.filter((row) => row.task === task);
    const [, dip, variation] = analysis.timeToQuality(own, timed).map(({ seconds }) => Number(seconds));
    const longest = own.filter(({ method, nfe }) => method === "ddpm" && nfe === 250).map(({ seconds }) => seconds);
    const share = (dip as number) / (longest[0] as number);
    assert.ok(task === "hole" || (share > 0.28 && share < 0.62), `${task}: ${share}`);
    assert.ok((variation as number) < (dip as number), `${task}: ${variation}, ${dip}`);
  }
});

test("fits by Stein's loss, of all weights or of the gains, are level with the thorough effort's on the tune images, and slower", () => {
  const variants = plans.namedThoroughVariants("default");
  const effects = analysis.effectsTable(
    analysis.tuningFrame(stored(plans.planThoroughTuning("default")), variants),
  ) as Record<string, number>[];
  const stein = effects.filter(
    ({ setting, value }) => /Stein/.test(`${setting} ${value}`) && !/0\.01$/.test(`${value}`),
  );
  assert.equal(stein.length, 3);
  for (const { psnr, p } of stein) assert.ok((psnr as number) < 0 && (psnr as number) > -0.015 && (p as number) > 0.05);
  const seconds = (isOwn: (setting: string, value: string) => boolean) => {
    const own = variants.filter(({ variant: { setting, value } }) => isOwn(setting, value)).map(({ spec }) => spec);
    const all = stored(own).map(({ metrics }) => metrics.seconds as number);
    return all.reduce((sum, one) => sum + one, 0) / all.length;
  };
  const ratio = seconds((setting) => setting === "loss") / seconds((setting) => setting === "default");
  assert.ok(ratio > 1.6 && ratio < 2.1, `${ratio}`);
});

test("a conditional training that has learnt what it can gains nothing by a shift, whose good ones have its end in half of the steps", () => {
  const rows = analysis.trainingTable(stored(plans.planPriorTraining("default")), "conditional");
  const of = (title: string) => rows.find(({ training }) => String(training).includes(title)) ?? assert.fail(title);
  const [plain, interpolated, dip, told] = [of("no shift"), of("interpolated"), of("to DIP"), of("conditioned on DIP")];
  assert.ok((plain.psnr as number) > (interpolated.image as number), "better than an interpolation");
  for (const { training, gain } of rows)
    assert.ok((gain as number) < 0.05 && (gain as number) > -0.25, `${training}: ${gain}`);
  const stepsOf = ({ steps }: analysis.Row) =>
    Number.parseInt(String(steps), 10) / Number.parseInt(String(plain.steps), 10);
  assert.ok(stepsOf(interpolated) < stepsOf(dip) && stepsOf(dip) < 0.6, `${stepsOf(interpolated)}, ${stepsOf(dip)}`);
  assert.ok((told.best as number) < (plain.best as number) && (dip.best as number) < (interpolated.best as number));
  assert.ok(
    (dip.before as number) > 7000 * analysis.secondsPerStep(stored(plans.planPriorTraining("default")), "conditional"),
  );
});

test("of values of a spectrum a training needs a prior: DIP's is worth five decibels, told or shifted to, least variation more", () => {
  const trials = stored(plans.planSpectrumTraining("default"));
  const rows = analysis.trainingTable(trials, "conditional");
  const of = (title: string) => rows.find(({ training }) => String(training).includes(title)) ?? assert.fail(title);
  const [variation, dip, told] = [of("least variation"), of("to DIP"), of("conditioned on DIP")];
  for (const { steps, gain } of [dip, told]) {
    assert.equal(steps, "400");
    near(gain, 5.47, 0.05);
  }
  near((dip.psnr as number) - (dip.image as number), 1.15, 0.05);
  near((variation.psnr as number) - (dip.psnr as number), 1.2, 0.05);
  near((variation.image as number) - (dip.image as number), 1.77, 0.05);
  const first = (shifted: boolean) =>
    trials.flatMap(({ spec: { prior }, curves }) =>
      prior.kind === "shift" && prior.of === "dip" && prior.shifted === shifted ? (curves.psnr?.[0] as number) : [],
    );
  assert.ok(Math.min(...first(true)) > Math.max(...first(false)) + 2);
});

test("a generator gains nothing by DIP: with its weights it ends behind, with its images first level at most", () => {
  const rows = analysis.trainingTable(stored(plans.planPriorTraining("default")), "generator");
  const of = (title: string) => rows.find(({ training }) => String(training).includes(title)) ?? assert.fail(title);
  const [weights, images] = [of("weights"), of("images first")];
  assert.ok((weights.gain as number) > 0.3 && (weights.gain as number) < 0.7 && weights.steps === "never");
  assert.ok((images.gain as number) > 0 && (images.gain as number) < 0.3, `${images.gain}`);
  for (const { spec, curves } of stored(plans.planPriorTraining("default"))) {
    if (spec.prior.kind !== "weights") continue;
    const plain = stored(plans.planPriorTraining("default")).find(
      (one) => one.spec.prior.kind === "plain" && one.spec.seeds.training === spec.seeds.training,
    );
    const early = (curves.validation?.[0] as number) / (plain?.curves.validation?.[0] as number);
    assert.ok(early > 1.1 && early < 1.3, `after ${curves.step?.[0]} steps ${early}`);
  }
});

test("held-out values speak for random pixels and Hadamard values, not for a spectrum's low end nor for a small image", () => {
  const ratios = new Map(
    analysis.riskRatios(stored(plans.planCropStarts("default"))).map(({ task, ratio }) => [task, Number(ratio)]),
  );
  for (const task of ["half of the pixels", "10 % of the pixels", "Hadamard, 25 %", "Hadamard, 10 %"]) {
    const ratio = ratios.get(task) ?? assert.fail(task);
    assert.ok(ratio > 0.8 && ratio < 1.25, `${task}: ${ratio}`);
  }
  assert.ok((ratios.get("Fourier, 25 %") ?? 0) > 5);
  assert.ok((ratios.get("super-resolution x4") ?? 1) < 0.6);
});

test("the engine's steps are as much faster than PyTorch's as the overview says", () => {
  const read = (...path: string[]) => readFileSync(join(projectFolder(), ...path), "utf8");
  const { rows, geometricMeans } = JSON.parse(read("data", "benchmark.json"));
  assert.equal(rows.length, 11);
  const said = /its steps ([\d.]+) times as fast as PyTorch's \(geometric mean of eleven/.exec(
    read("notebooks", "00-overview.ipynb"),
  );
  assert.equal(said?.[1], geometricMeans.torchEager.toFixed(1));
});

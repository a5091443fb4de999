import assert from "node:assert/strict";
import { test } from "node:test";
import { analysis, plans, type SpecOf, type TrialRecord } from "../src";
import { near, told } from "./helpers";

type Start = TrialRecord<SpecOf<"warm-start">>;
type Restoration = analysis.Restoration;

const half = plans.warmTasks.find(({ title }) => title === "half of the pixels") ?? assert.fail();

/** A record with what is looked at, and nothing else. */
function record(spec: object, metrics: Record<string, number>, curves: Record<string, number[]>): never {
  return { spec, metrics, curves, images: {}, key: "k" } as never;
}

const place = (name: string) => ({ task: half.task, image: { name }, size: 64, seeds: { noise: 1 } });
const dip = (guess: boolean) => ({
  ...{ kind: "dip", network: { kind: "skip", filters: [16] }, durations: [100, 200] },
  ...(guess && { guess: { place: "input", blur: 1 } }),
});
const started = (name: string, guess: boolean, psnr: number[]): Start =>
  record(
    {
      ...{ method: "warm-start", ...place(name), prior: dip(guess), evaluations: [20] },
      ...{ starts: [{ by: "risk", kappa: 1 }], guidance: [{ kind: "none" }, { kind: "errors" }] },
    },
    { "prior100.psnr": 23, "prior200.psnr": 24 },
    {
      ...{
        duration: [100, 100, 200, 200],
        psnr,
        ssim: [0.5, 0.5, 0.5, 0.5],
        t0: [50, 50, 20, 20],
        nfe: [20, 20, 12, 12],
      },
      ...{ secondsPrior: [1, 1, 2, 2], secondsSampler: [0.5, 0.5, 0.5, 0.5] },
      ...{ iteration: [100, 200], dipPsnr: [23, 24], dipSsim: [0.1, 0.2], dipSeconds: [1, 2] },
    },
  );
const controlled = (name: string, psnr: number[]): Start =>
  record(
    {
      ...{ method: "warm-start", ...place(name), prior: { kind: "control", of: "spread" }, evaluations: [20] },
      ...{ starts: [50, 100].map((t) => ({ by: "level", t })), guidance: [{ kind: "none" }] },
    },
    { "prior0.psnr": 20, "prior0.ssim": 0.3, "prior0.seconds": 0.01 },
    {
      ...{ duration: [0, 0], psnr, ssim: [0.4, 0.4], t0: [50, 100], nfe: [20, 20] },
      ...{ secondsPrior: [0.01, 0.01], secondsSampler: [0.49, 0.49] },
    },
  );
const alone = (name: string, nfe: number, psnr: number, seconds: number, kind = "ddnm") =>
  record(
    { method: "ddpm-restore", ...place(name), restorer: { kind } },
    { evaluations: nfe, "restored.psnr": psnr, "restored.ssim": 0.6, seconds },
    {},
  );

// Short fits with the interpolated input are the chosen ones, long fits those of noise; the 8 and 9 must count nowhere.
const rows = analysis.readRestorations({
  starts: ["a", "b"].flatMap((name) => [started(name, true, [24, 25, 8, 9]), started(name, false, [8, 9, 26, 27])]),
  controls: [controlled("a", [24.5, 24]), controlled("b", [25.5, 27])],
  ddpm: [
    ...["a", "b"].flatMap((name) => [alone(name, 20, 22, 0.4), alone(name, 250, 25, 6)]),
    ...[alone("a", 250, 99, 1, "dps"), alone("c", 250, 99, 1)],
  ],
});
const of = (method: string) => rows.filter((row) => row.method === method);

test("trials become restorations by method, each with its whole price", () => {
  assert.deepEqual(told(of("dip-start"), "image", "dipIterations", "dipInput", "psnr", "seconds"), [
    ...["a", "b"].flatMap((name) => [`${name} | 100 | interpolated | 25 | 1.5`, `${name} | 200 | noise | 27 | 2.5`]),
  ]);
  assert.deepEqual(told(of("dip-start-other-weight"), "psnr"), ["24", "26", "24", "26"]);
  assert.deepEqual(told(of("dip-start-other-input"), "psnr"), ["9", "9", "9", "9"]);
  assert.deepEqual(told(of("dip").slice(0, 2), "dipInput", "dipIterations"), ["interpolated | 100", "noise | 200"]);
  assert.deepEqual(told(of("only-spread"), "psnr", "nfe", "seconds"), ["20 | 0 | 0.01", "20 | 0 | 0.01"]);
  // Only DDNM, on images that are started on.
  const ddpm = ["a | 20 | 22", "a | 250 | 25", "b | 20 | 22", "b | 250 | 25"];
  assert.deepEqual(told(of("ddpm"), "image", "nfe", "psnr"), ddpm);
  assert.throws(
    () => analysis.titleOf({ kind: "denoise", sigma: 1, clip: false }),
    /task: got .*denoise.*want one of half/,
  );
});

test("a control counts at the level that is best on the mean, and methods are paired place by place", () => {
  // 24.5 and 25.5 at 50, 24 and 27 at 100.
  const best = analysis.bestSettings(of("start-spread"));
  assert.deepEqual(told(best, "t0", "psnr"), ["100 | 24", "100 | 27"]);
  const at100 = of("dip-start").filter(({ dipIterations }) => dipIterations === 100);
  const gain = analysis.pairedGain(at100, best);
  assert.deepEqual([gain.mean, gain.pairs, gain.wins], [-0.5, 2, 0.5]);
  assert.throws(() => analysis.pairedGain(at100, best.slice(1)), /\/a\/1: got 0 restorations to compare with, want 1/);
  assert.throws(() => analysis.pairedGain(at100, of("start-spread")), /got 2 restorations/);
});

test("an interval is over images: seeds of one are averaged first", () => {
  const items = [1, 3, 2, 2].map((value, i) => ({ image: i < 2 ? "a" : "b", value }));
  assert.deepEqual(
    analysis.overImages(items, ({ value }) => value),
    { mean: 2, low: 2, high: 2 },
  );
});

const choices = [
  { title: "DDPM", method: "ddpm", nfe: 250 },
  { title: "control", method: "start-spread" },
  { title: "ours", method: "dip-start", dipIterations: 200 },
  { title: "none", method: "start-median" },
];

test("tables of choices: by task, and all that is exported", () => {
  const [ddpm, control, ours, ...others] = analysis.qualityTable(rows, choices);
  assert.deepEqual([ddpm?.[half.title], control?.[half.title], ours?.[half.title], others], [25, 25.5, 27, []]);
  near(ours?.seconds, 2.5);
  const table = analysis.accelerationTable(rows);
  const controls = table.filter(({ method }) => method === "start-spread");
  assert.deepEqual(told(controls, "t0", "psnrMean", "psnrLow", "psnrHigh", "images"), ["100 | 25.5 | 24 | 27 | 2"]);
  assert.equal(table.filter(({ method }) => method === "ddpm").length, 2);
  assert.equal(table.find(({ method }) => method === "ddpm")?.t0, "from noise");
});

test("DIP's start at given levels is exported at the best of them on the mean, as the controls are", () => {
  const levels = [50, 90].map((t) => {
    const { spec, ...trial } = started("a", false, [t, 0, t + 1, 0]);
    return {
      ...trial,
      spec: { ...spec, starts: [{ by: "level" as const, t }] },
      curves: { ...trial.curves, t0: [t, t, t, t] },
    };
  });
  const all = analysis.readRestorations({ starts: levels, controls: [], ddpm: [] }, analysis.chosenOnCrops);
  const table = analysis.accelerationTable(all).filter(({ method }) => method === "dip-start-at-level");
  assert.deepEqual(told(table, "dipIterations", "t0", "psnrMean"), ["100 | 90 | 90", "200 | 90 | 91"]);
});

test("lines of quality against seconds: a point a duration and number of evaluations", () => {
  const styles = analysis.cropStyles([20]);
  const lines = analysis.qualityLines(rows, styles, { leastSeconds: 0.06 });
  const line = (name: string) => lines.find((one) => one.name === name) ?? assert.fail(name);
  assert.deepEqual(told([line("DIP, then 20")], "x", "y"), ["1.5,2.5 | 25,27"]);
  // The price of the evaluations is the median of all starts, half of 0.5 and half of 0.49 s.
  assert.deepEqual(told([line("interpolated, then DDPM")], "x", "y"), ["0.06,0.505 | 20,25.5"]);
  assert.ok(!lines.some(({ name }) => name.startsWith("least variation")));
});

const groups: analysis.MethodGroup[] = [
  { title: "ours", isOwn: ({ method }) => method === "dip-start" },
  { title: "controls", isOwn: analysis.isControl },
  { title: "DIP", isOwn: analysis.isDipAlone },
];

test("time to the DDPM's quality: image by image at the quickest setting, and what a third of the time gives", () => {
  const table = analysis.timeToQuality(rows, groups);
  const row = (method: string) => table.find((one) => one.method === method) ?? assert.fail(method);
  // 25 dB is the target of both, 2 s a third of the time: ours has 25 at 1.5 s, and 27 at 2.5 s is too late.
  const ours = { task: half.title, method: "ours", pairs: 2, seconds: 1.5, nfe: 20, reached: 1, third: 1, gain: 0 };
  assert.deepEqual(row("ours"), ours);
  // The control reaches it on b alone: in half of the pairs, whose median is then infinite.
  assert.deepEqual([row("controls").reached, row("controls").third, row("controls").gain], [0.5, 0.5, 0.75]);
  assert.deepEqual([row("DIP").seconds, row("DIP").reached, row("DIP").gain], ["–", 0, -1]);
  // Half of the pairs are no more than half.
  assert.equal(row("controls").seconds, "–");
  assert.deepEqual(analysis.timeMatrix(table), [
    { task: half.title, ours: "1.5 s, 20 (100 %)", controls: "– (50 %)", DIP: "– (0 %)" },
  ]);
  const withoutDdpm = rows.filter(({ method }) => method !== "ddpm");
  assert.deepEqual(analysis.timeToQuality(withoutDdpm, groups), []);
});

test("DIP in the noise estimate is the difference to the same start without it", () => {
  const gains = told(analysis.guidanceGains(rows), "dipIterations", "gain", "wins", half.title);
  assert.deepEqual(gains, ["100 | 1 | 1 | 1", "200 | 1 | 1 | 1"]);
});

test("a table is turned on its side", () => {
  const rows = [
    { method: "a", x: 1, y: 2 },
    { method: "b", x: 3, y: "–" },
  ];
  assert.deepEqual(analysis.transpose(rows, { names: "method", heads: "task" }), [
    { task: "x", a: 1, b: 3 },
    { task: "y", a: 2, b: "–" },
  ]);
  assert.deepEqual(analysis.transpose([], { names: "method", heads: "task" }), []);
});

test("titles are short, and the digits are those of numbers", () => {
  assert.deepEqual(
    plans.warmTasks.map(({ title }) => analysis.shortTitle(title)),
    [...["half", "hole", "SR x2", "SR x4", "σ 25", "half, σ 10"]],
  );
  assert.deepEqual(analysis.shortHeads([{ "large hole": 1 }]), [{ hole: 1 }]);
  assert.deepEqual(analysis.digitsOf([{ a: 1, b: "–" }, ...[{ a: "–", b: 2, c: "x" }]], 2), { a: 2, b: 2 });
});

test("a setting has one price: the medians over tasks and images of its iterations and of its evaluations", () => {
  const like = rows.find(({ method }) => method === "dip-start") ?? assert.fail();
  const of = (image: string, task: string, secondsDip: number, secondsSampler: number) => ({
    ...{ ...like, image, task, secondsDip, secondsSampler, seconds: secondsDip + secondsSampler },
  });
  const slow = { ...of("a", "x", 8, 4), nfe: like.nfe + 1 };
  const priced = analysis.priceAlike([of("a", "x", 1, 2), of("b", "x", 2, 9), of("a", "y", 9, 1), slow]);
  const prices = told(priced, "secondsDip", "secondsSampler", "seconds");
  assert.deepEqual(prices, ["5 | 2 | 7", "5 | 2 | 7", "5 | 2 | 7", "5 | 4 | 9"]);
});

test("a long fit costs what a line through the shorter ones says", () => {
  const like = rows.find(({ method }) => method === "dip-start") ?? assert.fail();
  const fits = Object.entries({ 100: 3, 200: 5, 400: 9, 800: 99 }).map(([iterations, secondsDip]) => ({
    ...{ ...like, method: "dip", dipIterations: Number(iterations), secondsDip },
  }));
  const prices = analysis.priceAlike(fits).map(({ secondsDip }) => Math.round(1000 * secondsDip) / 1000);
  assert.deepEqual(prices, [3, 5, 9, 17]);
});

test("in a budget of seconds each group counts by its best setting on the mean that is so quick, and gains are paired", () => {
  const groups = [
    { title: "DIP", isOwn: ({ method }: Restoration) => method === "dip" },
    { title: "DDPM", isOwn: ({ method }: Restoration) => method === "ddpm" },
    { title: "control", isOwn: analysis.isControl },
  ];
  // DIP alone has 23 after 1 s and 24 after 2 s; the control 20 at once and then 25.5 or 25 by its level.
  assert.deepEqual(analysis.budgetTable(rows, groups, [0.1, 1, 9]), [
    { task: half.title, seconds: 0.1, DIP: "–", DDPM: "–", control: 20 },
    { task: half.title, seconds: 1, DIP: 23, DDPM: 22, control: 25.5 },
    { task: half.title, seconds: 9, DIP: 24, DDPM: 25, control: 25.5 },
  ]);
  assert.deepEqual(analysis.budgetTable(rows, groups.slice(1, 2), [1], analysis.showQuality)[0]?.DDPM, "22.00 (0.600)");
  const ours = { title: "ours", isOwn: ({ method }: Restoration) => method === "dip-start" };
  const contrasts = groups.slice(1).map((other) => ({ title: other.title, own: ours, other }));
  assert.deepEqual(analysis.budgetGains(rows, contrasts, 1), []);
  const at = (seconds: number) =>
    analysis.budgetGains(rows, contrasts, seconds).map(({ task: _, ...row }) => Object.values(row));
  assert.deepEqual(at(2), [
    ["DDPM", 3, 3, 3, 1, 0.5, 0.5],
    ["control", -0.5, -2, 1, 0.5, 1, 1],
  ]);
  const count = analysis.countGains(analysis.budgetGains(rows, contrasts, 2).map((row) => ({ ...row, p: 0.01 })));
  assert.deepEqual(count, { ...{ tasks: 2, ahead: 1, clearly: 1, behind: 1 }, clearlyAll: 0, behindAll: 0 });
  assert.deepEqual(analysis.countGains(analysis.budgetGains(rows, contrasts, 2)), { ...count, clearly: 0, behind: 0 });
  const together = analysis.budgetGains(rows, contrasts, 2).map((row) => ({ ...row, pAll: 0.01 }));
  assert.deepEqual(analysis.countGains(together), { ...count, clearly: 0, behind: 0, clearlyAll: 1, behindAll: 1 });
  assert.deepEqual(analysis.gainMatrix(analysis.budgetGains(rows, contrasts, 9)), [
    { task: half.title, DDPM: "+2.00 (2.00,\u00a02.00)", control: "+1.50 (0.00,\u00a03.00)" },
  ]);
  const [star] = analysis.gainMatrix([{ task: "t", against: "a", gain: 1, low: 0.5, high: 2, p: 0.03, pAll: 0.2 }]);
  assert.equal(star?.a, "+1.00 (0.50,\u00a02.00)*");
});

test("a start at a given level is a setting of its own, and what two plans share counts once", () => {
  const fixed = started("a", false, [1, 2, 3, 4]);
  const twice = [started("a", false, [5, 6, 7, 8]), started("a", false, [5, 6, 7, 8])];
  const spec = { ...fixed.spec, starts: [{ by: "level" as const, t: 90 }] };
  const all = analysis.readRestorations(
    { starts: [...twice, { ...fixed, spec }], controls: [], ddpm: [] },
    analysis.chosenOnCrops,
  );
  const psnrOf = (method: string) => all.filter((row) => row.method === method).map(({ psnr }) => psnr);
  assert.deepEqual(psnrOf("dip-start"), [5, 7]);
  assert.deepEqual(psnrOf("dip-start-at-level"), [1, 3]);
  assert.equal(
    psnrOf("dip").length,
    new Set(all.filter(({ method }) => method === "dip").map(({ dipIterations }) => dipIterations)).size,
  );
});

test("the estimated error is held against the true one, and choices are tabulated by input and weight", () => {
  const ratio = (name: string, risk: number) => {
    const trial = started(name, false, [1, 2, 3, 4]);
    Object.assign(trial.metrics, {
      "prior100.risk": risk,
      "prior100.error": 1,
      "prior200.risk": 1,
      "prior200.error": 1,
    });
    return trial;
  };
  const [row] = analysis.riskRatios([ratio("a", 4), ratio("b", 0.25), started("a", true, [0, 0, 0, 0])]);
  near(row?.ratio, 1);
  assert.deepEqual([row?.task, row?.least, row?.greatest], [half.title, 0.25, 4]);
  // The longest fit that has an interpolated input as well.
  const choices = analysis.cropChoices([started("a", true, [1, 2, 8, 9]), started("a", false, [3, 4, 5, 6])]);
  assert.deepEqual(told(choices, "input", "weight", half.title), [
    ...["noise | none | 5", "noise | by the errors | 6"],
    ...["interpolated observation | none | 8", "interpolated observation | by the errors | 9"],
  ]);
});

test("what the one call returns is held against the best of each method on the same images", () => {
  const trial = (name: string, evaluations: number, psnr: number) =>
    record(
      { method: "fill-in", task: half.task, image: { name }, settings: { evaluations } },
      { psnr, ssim: 0.9, seconds: 3 },
      {},
    );
  const groups = [
    { title: "DDPM", isOwn: ({ method }: Restoration) => method === "ddpm" },
    { title: "none", isOwn: () => false },
  ];
  const table = analysis.fillInTable([trial("a", 100, 27), trial("b", 100, 25), trial("a", 20, 24)], rows, groups);
  // The DDPM has 25 on both with its most evaluations.
  assert.deepEqual(told(table, "evaluations", "psnr", "DDPM", "none"), ["20 | 24 | -1 | –", "100 | 26 | 1 | –"]);
});

test("on crops DIP of noise without a weight is the chosen start", () => {
  const onCrops = analysis.readRestorations(
    { starts: [started("a", true, [24, 25, 8, 9]), started("a", false, [18, 19, 26, 27])], controls: [], ddpm: [] },
    analysis.chosenOnCrops,
  );
  const psnrOf = (method: string) => onCrops.filter((row) => row.method === method).map(({ psnr }) => psnr);
  assert.deepEqual(psnrOf("dip-start"), [18, 26]);
  assert.deepEqual(psnrOf("dip-start-other-weight"), [19, 27]);
  assert.deepEqual(psnrOf("dip-start-other-input"), [24, 8]);
  const [first] = analysis.guidanceGains(onCrops);
  assert.deepEqual([first?.dipIterations, first?.gain], [100, 1]);
});

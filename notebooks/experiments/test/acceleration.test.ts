import assert from "node:assert/strict";
import { test } from "node:test";
import { analysis, plans, type SpecOf, type TrialRecord } from "../src";
import { near, told } from "./helpers";

type Start = TrialRecord<SpecOf<"warm-start">>;
type Restoration = analysis.Restoration;

const half = plans.cropTasks.find(({ title }) => title === "half of the pixels") ?? assert.fail();

/** A record with what is looked at, and nothing else. */
function record(spec: object, metrics: Record<string, number>, curves: Record<string, number[]>): never {
  return { spec, metrics, curves, images: {}, key: "k" } as never;
}

const place = (name: string) => ({ task: half.task, image: { name }, size: 128, seeds: { noise: 1 } });
const dip = (guess: boolean) => ({
  ...{ kind: "dip", network: { kind: "skip", filters: [16] }, durations: [100, 200] },
  ...(guess && { guess: { place: "input", blur: 1 } }),
});
/** By duration and weight: none, that of the errors. An iteration takes 10 ms, an evaluation 25. */
const started = (name: string, guess: boolean, psnr: number[]): Start =>
  record(
    {
      ...{ method: "warm-start", ...place(name), prior: dip(guess), evaluations: [20] },
      ...{ starts: [{ by: "risk", kappa: 1 }], guidance: [{ kind: "none" }, { kind: "errors" }] },
    },
    { "prior100.psnr": 23, "prior200.psnr": 24 },
    {
      ...{ duration: [100, 100, 200, 200], psnr, ssim: [0.5, 0.5, 0.5, 0.5], t0: [50, 50, 20, 20] },
      ...{ nfe: [20, 20, 12, 12], secondsPrior: [1, 1, 2, 2], secondsSampler: [0.5, 0.5, 0.3, 0.3] },
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
      ...{ secondsPrior: [0.01, 0.01], secondsSampler: [0.5, 0.5] },
    },
  );
const alone = (name: string, nfe: number, psnr: number, kind = "ddnm") =>
  record(
    { method: "ddpm-restore", ...place(name), restorer: { kind } },
    { evaluations: nfe, "restored.psnr": psnr, "restored.ssim": 0.6, seconds: 0.025 * nfe },
    {},
  );

/** Seconds that are read off lines, without the last digits. */
function rounded(rows: readonly Restoration[]): Restoration[] {
  const round = (seconds: number) => Math.round(1e6 * seconds) / 1e6;
  return rows.map(({ secondsDip, secondsSampler, seconds, ...row }) => ({
    ...{ ...row, secondsDip: round(secondsDip), secondsSampler: round(secondsSampler), seconds: round(seconds) },
  }));
}

// DIP of noise without a weight is the chosen start; the 8 and 9, of the other input and weight at once, count nowhere.
const rows = rounded(
  analysis.readRestorations({
    starts: ["a", "b"].flatMap((name) => [started(name, true, [18, 8, 19, 9]), started(name, false, [25, 24, 27, 26])]),
    controls: [controlled("a", [24.5, 24]), controlled("b", [25.5, 27])],
    ddpm: [
      ...["a", "b"].flatMap((name) => [alone(name, 20, 22), alone(name, 250, 25)]),
      ...[alone("a", 250, 99, "dps"), alone("c", 250, 99)],
    ],
  }),
);
const of = (method: string) => rows.filter((row) => row.method === method);

test("trials become restorations by method, each with its whole price", () => {
  assert.deepEqual(told(of("dip-start"), "image", "dipIterations", "dipInput", "psnr", "seconds"), [
    ...["a", "b"].flatMap((name) => [`${name} | 100 | noise | 25 | 1.5`, `${name} | 200 | noise | 27 | 2.3`]),
  ]);
  assert.deepEqual(told(of("dip-start-other-weight"), "psnr"), ["24", "26", "24", "26"]);
  assert.deepEqual(told(of("dip-start-other-input"), "psnr"), ["18", "19", "18", "19"]);
  assert.deepEqual(told(of("dip").slice(0, 2), "dipInput", "dipIterations"), ["noise | 100", "noise | 200"]);
  assert.deepEqual(told(of("dip-other-input"), "dipInput", "seconds").slice(0, 2), [
    ...["interpolated | 1", "interpolated | 2"],
  ]);
  assert.deepEqual(told(of("only-spread"), "psnr", "nfe", "seconds"), ["20 | 0 | 0.01", "20 | 0 | 0.01"]);
  assert.deepEqual(told(of("dip-start").slice(0, 2), "nfe", "taken"), ["20 | 20", "20 | 12"]);
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
  assert.deepEqual([gain.mean, gain.wins], [-0.5, 0.5]);
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

test("the exported table has a row a setting, a control at its best level", () => {
  const table = analysis.accelerationTable(rows);
  const controls = table.filter(({ method }) => method === "start-spread");
  assert.deepEqual(told(controls, "t0", "psnrMean", "psnrLow", "psnrHigh", "images"), ["100 | 25.5 | 24 | 27 | 2"]);
  assert.equal(table.filter(({ method }) => method === "ddpm").length, 2);
  assert.equal(table.find(({ method }) => method === "ddpm")?.t0, "from noise");
  const ours = table.filter(({ method }) => method === "dip-start");
  const columns = ["dipIterations", "secondsDip", "secondsSampler", "secondsTotal"];
  assert.deepEqual(told(ours, ...columns), ["100 | 1 | 0.5 | 1.5", "200 | 2 | 0.3 | 2.3"]);
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
  const all = analysis.readRestorations({ starts: levels, controls: [], ddpm: [] });
  const table = analysis.accelerationTable(all).filter(({ method }) => method === "dip-start-at-level");
  assert.deepEqual(told(table, "dipIterations", "t0", "psnrMean"), ["100 | 90 | 90", "200 | 90 | 91"]);
});

test("lines of quality against seconds: a point a duration and number of evaluations", () => {
  const styles = analysis.cropStyles([20]);
  const lines = analysis.qualityLines(rows, styles, { leastSeconds: 0.06 });
  const line = (name: string) => lines.find((one) => one.name === name) ?? assert.fail(name);
  assert.deepEqual(told([line("DIP, then 20")], "x", "y"), ["1.5,2.3 | 25,27"]);
  assert.deepEqual(told([line("interpolated, then DDPM")], "x", "y"), ["0.06,0.51 | 20,25.5"]);
  assert.deepEqual(told([line("DIP alone, interpolated input")], "x", "y"), ["1,2 | 23,24"]);
  // Of DIP that saw all, and of least variation, there is nothing.
  assert.ok(!lines.some(({ name }) => name === "DIP alone" || name.startsWith("least variation")));
});

const groups: analysis.MethodGroup[] = [
  { title: "ours", isOwn: ({ method }) => method === "dip-start" },
  { ...analysis.groupOf("start without a network"), title: "controls" },
  { ...analysis.groupOf("DIP alone"), title: "DIP" },
];

test("time to the DDPM's quality: image by image at the quickest setting, and what a third of the time gives", () => {
  const table = analysis.timeToQuality(rows, groups);
  const row = (method: string) => table.find((one) => one.method === method) ?? assert.fail(method);
  // 25 dB is the target of both, 2.08 s a third of the time: ours has 25 at 1.5 s, and 27 at 2.3 s is too late.
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
  assert.deepEqual(gains, ["100 | -1 | 0 | -1", "200 | -1 | 0 | -1"]);
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
    plans.cropTasks.map(({ title }) => analysis.shortTitle(title)),
    [
      ...["half", "10 %", "text", "hole", "SR x4", "Fourier, 25 %", "Hadamard, 25 %", "Hadamard, 10 %", "deblurring"],
      ...["half, σ 10", "Fourier, 25 %, σ 10", "Hadamard, 25 %, σ 10"],
    ],
  );
  assert.deepEqual(analysis.shortHeads([{ "half of the pixels": 1 }]), [{ half: 1 }]);
  assert.deepEqual(analysis.digitsOf([{ a: 1, b: "–" }, ...[{ a: "–", b: 2, c: "x" }]], 2), { a: 2, b: 2 });
});

const like = of("dip-start")[0] ?? assert.fail();
const made = (changes: Partial<Restoration>): Restoration => ({ ...like, task: "x", ...changes });
const fitted = (dipInput: "noise" | "interpolated", dipIterations: number, secondsDip: number) =>
  made({ method: "dip", dipInput, dipIterations, secondsDip, taken: 0, secondsSampler: 0 });
const sampled = (taken: number, secondsSampler: number) =>
  made({ method: "ddpm", dipInput: "", dipIterations: 0, secondsDip: 0, taken, nfe: taken, secondsSampler });
const control = (task: string, method: string, secondsDip: number, taken = 0, secondsSampler = 0) =>
  made({ task, method, dipInput: "", dipIterations: 0, secondsDip, taken, nfe: taken, secondsSampler });
// Of noise 1 s and 20 ms an iteration, interpolated 2 s and 40 ms; 50 ms an evaluation: by medians, each count once.
const clock = [
  ...[fitted("noise", 100, 2), fitted("noise", 100, 3), fitted("noise", 100, 99)],
  ...[fitted("noise", 200, 5), fitted("noise", 400, 9)],
  ...[fitted("interpolated", 50, 4), fitted("interpolated", 100, 6)],
  ...[sampled(20, 0.9), sampled(20, 1), sampled(20, 7), sampled(100, 5)],
  ...[control("x", "start-variation", 0.4, 100, 5), control("x", "start-variation", 0.9, 100, 5)],
  ...[control("x", "only-variation", 0.2), control("y", "only-variation", 2)],
];

test("a setting has one price: lines through iterations and evaluations, a control its median on the task", () => {
  const slow = [
    fitted("noise", 800, 500),
    made({ dipInput: "noise", dipIterations: 50, nfe: 20, taken: 10 }),
    made({ method: "dip-start-other-input", dipInput: "interpolated", dipIterations: 25, nfe: 50, taken: 50 }),
    control("x", "start-variation", 70, 40, 70),
    ...[control("x", "only-variation", 70), control("y", "only-variation", 70)],
    sampled(250, 70),
  ];
  const priced = rounded(analysis.priceAlike(slow, clock));
  assert.deepEqual(told(priced, "method", "secondsDip", "secondsSampler", "seconds"), [
    ...["dip | 17 | 0 | 17", "dip-start | 2 | 0.5 | 2.5", "dip-start-other-input | 3 | 2.5 | 5.5"],
    ...["start-variation | 0.4 | 2 | 2.4", "only-variation | 0.4 | 0 | 0.4", "only-variation | 2 | 0 | 2"],
    "ddpm | 0 | 12.5 | 12.5",
  ]);
  assert.deepEqual(told(priced, "psnr", "nfe"), told(slow, "psnr", "nfe"));
  // The trials themselves are the clock where there is no other.
  const own = rounded(analysis.priceAlike(clock)).map(({ secondsDip }) => secondsDip);
  assert.deepEqual(own, [3, 3, 3, 5, 9, 4, 6, 0, 0, 0, 0, 0.4, 0.4, 0.4, 2]);
});

test("what a clock has not is named", () => {
  const price = (row: Restoration, by = clock) => analysis.priceAlike([row], by);
  const unknown = (pattern: RegExp) => ({ name: "RangeError", message: pattern });
  const message = /^z, start-variation: the clock has no such way$/;
  assert.throws(() => price(control("z", "start-variation", 1, 20, 1)), unknown(message));
  assert.throws(() => price(control("x", "only-spread", 1)), unknown(/^x, only-spread: .* no such way$/));
  const ofNoise = clock.filter(({ dipInput }) => dipInput !== "interpolated");
  assert.throws(() => price(fitted("interpolated", 50, 1), ofNoise), unknown(/^x, dip: the clock has no such fit$/));
  assert.deepEqual(told(rounded(price(fitted("noise", 50, 1), ofNoise)), "seconds"), ["2"]);
});

test("trials are priced by a clock of trials, without the seconds in which steps were recorded", () => {
  const recorded = started("a", false, [25, 24, 27, 26]);
  recorded.metrics["prior.recording"] = 0.25;
  const [first, , third] = analysis.reverseRunsOf([recorded]);
  assert.deepEqual([first?.secondsPrior, first?.seconds, third?.secondsPrior], [0.75, 1.25, 1.75]);
  const trials = (start: Start) => ({ starts: [start], controls: [], ddpm: [] });
  const quick = rounded(analysis.readRestorations(trials(recorded)));
  const secondsOf = (some: readonly Restoration[], ...methods: string[]) =>
    some.filter(({ method }) => methods.includes(method)).map(({ seconds }) => seconds);
  assert.deepEqual(secondsOf(quick, "dip"), [0.75, 1.75]);
  assert.deepEqual(secondsOf(quick, "dip-start"), [1.25, 2.05]);
  const slow = started("b", false, [25, 24, 27, 26]);
  for (const name of ["secondsPrior", "secondsSampler", "dipSeconds"]) {
    slow.curves[name] = (slow.curves[name] ?? []).map((seconds) => 9 * seconds);
  }
  const priced = rounded(analysis.readRestorations(trials(slow), trials(recorded)));
  assert.deepEqual(secondsOf(priced, "dip", "dip-start"), [1.25, 2.05, 0.75, 1.75]);
});

test("DIP that was shown all is DIP alone, and nothing is started from it", () => {
  const { spec, ...trial } = started("a", false, [25, 24, 27, 26]);
  const prior = { ...(spec.prior as object), heldOut: 1e-4 };
  const starts = [{ ...trial, spec: { ...spec, prior } as unknown as typeof spec }];
  const all = analysis.readRestorations({ starts, controls: [], ddpm: [] });
  assert.deepEqual(told(all, "method", "dipIterations", "dipInput", "psnr"), [
    ...["dip-of-all | 100 | noise | 23", "dip-of-all | 200 | noise | 24"],
  ]);
  assert.ok(all.every(analysis.groupOf("DIP alone").isOwn));
  const lines = analysis.qualityLines(rounded(all), analysis.cropStyles([20]));
  assert.deepEqual(told(lines, "name", "x", "y"), ["DIP alone | 1,2 | 23,24"]);
});

test("in a budget of seconds each group counts by its best setting on the mean that is so quick, and gains are paired", () => {
  const groups = [
    { title: "DIP", isOwn: ({ method }: Restoration) => method === "dip" },
    { title: "DDPM", isOwn: ({ method }: Restoration) => method === "ddpm" },
    { ...analysis.groupOf("start without a network"), title: "control" },
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
  const all = analysis.readRestorations({ starts: [...twice, { ...fixed, spec }], controls: [], ddpm: [] });
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
  const trial = (name: string, evaluations: number, psnr: number, more: { draws?: number; iterations?: number } = {}) =>
    record(
      {
        ...{ method: "fill-in", task: half.task, image: { name }, seeds: { noise: 1 } },
        settings: { iterations: 0, evaluations, ...more },
      },
      { psnr, ssim: 0.9, seconds: 3 },
      {},
    );
  const groups = [
    { title: "DDPM", isOwn: ({ method }: Restoration) => method === "ddpm" },
    { title: "none", isOwn: () => false },
  ];
  const table = analysis.fillInTable([trial("a", 100, 27), trial("b", 100, 25), trial("a", 20, 24)], rows, groups);
  // The DDPM has 25 on both with its most evaluations.
  assert.deepEqual(told(table, "effort", "psnr", "DDPM", "none"), ["default | 26 | 1 | –", "fast | 24 | -1 | –"]);
  // Evaluations of all draws; a DIP in any case.
  const others = [trial("a", 15, 26, { draws: 2 }), trial("a", 50, 27, { draws: 2, iterations: 800 })];
  assert.deepEqual(told(analysis.fillInTable(others, rows, groups), "effort", "DDPM"), ["default | 1", "thorough | 2"]);
});

test("the thorough effort is held against the default on the images that have both", () => {
  const call = (name: string, iterations: number, metrics: object) =>
    record(
      {
        ...{ method: "fill-in", task: half.task, image: { name }, seeds: { noise: 1 } },
        settings: { iterations, evaluations: 50, draws: 2 },
      },
      { ssim: 0.9, ...metrics } as never,
      {},
    );
  const table = analysis.thoroughTable([
    ...[
      call("a", 0, { psnr: 25, seconds: 5 }),
      call("b", 0, { psnr: 26, seconds: 5 }),
      call("c", 0, { psnr: 9, seconds: 5 }),
    ],
    call("a", 800, { psnr: 25.5, seconds: 20, startsFromDip: 1 }),
    call("b", 800, { psnr: 26.1, seconds: 22, startsFromDip: 0 }),
  ]);
  assert.deepEqual(told(table, "task", "images", "default", "thorough", "dip", "seconds"), [
    `${half.title} | 2 | 25.5 | 25.8 | 1 | 21`,
  ]);
  near(table[0]?.gain, 0.3);
  assert.throws(() => analysis.thoroughTable([call("a", 800, { psnr: 25.5, seconds: 20 })]), RangeError);
});

test("what the call is ahead or behind by has its interval and p-value; a star stands for the clear ones", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const calls = names.map((name, i) =>
    record(
      {
        method: "fill-in",
        task: half.task,
        image: { name },
        seeds: { noise: 1 },
        settings: { iterations: 0, evaluations: 100 },
      },
      { psnr: 26 + i, ssim: 0.9, seconds: 3 },
      {},
    ),
  );
  const others = names.flatMap((image, i) =>
    [25 + i, i % 2 === 0 ? 25 + i : 26.5 + i].map((psnr, way) => ({
      ...{ task: half.title, image, seed: 1, method: ["behind", "mixed"][way], psnr, ssim: 0.9, seconds: 2 },
    })),
  ) as unknown as Restoration[];
  const groups = ["behind", "mixed"].map((title) => ({
    title,
    isOwn: ({ method }: Restoration) => method === title,
  }));
  const table = analysis.fillInTable(calls, others, groups);
  const [row] = table;
  // By one on each of six images: two flips in 64 are as far from 0.
  assert.deepEqual([row?.behind, row?.["behind low"], row?.["behind high"], row?.["behind p"]], [1, 1, 1, 2 / 64]);
  near(row?.mixed, 0.25);
  assert.ok((row?.["mixed low"] as number) < 0 && (row?.["mixed p"] as number) > 0.05);
  const [shown] = analysis.showCalls(table);
  assert.deepEqual([shown?.behind, shown?.mixed], ["+1.00*", "+0.25"]);
  assert.deepEqual(Object.keys(shown ?? {}), ["task", "effort", "psnr", "ssim", "seconds", "behind", "mixed"]);
});

test("settings that were fixed beforehand: what the one gains on each of the others, by the images that all have", () => {
  const setting = (method: string, psnr: number[]) =>
    psnr.map((value, i) => ({ task: half.title, image: `i${i}`, seed: 1, method, psnr: value, ssim: 0.9, seconds: 2 }));
  const several = [
    ...setting("own", [30, 32, 31, 33, 30, 31]),
    ...setting("lower", [29, 31, 30, 32, 29, 30]),
    ...setting("mixed", [31, 31, 32, 32, 31, 30]),
  ] as unknown as Restoration[];
  const by = (method: string) => ({ title: method, isOwn: (row: Restoration) => row.method === method });
  const [own, lower, mixed] = analysis.fixedGains(several, by("own"), [by("lower"), by("mixed")]);
  assert.deepEqual([own?.way, own?.gain, own?.p], ["own", "–", "–"]);
  near(own?.psnr, 187 / 6);
  assert.deepEqual([lower?.gain, lower?.median, lower?.wins, lower?.interval], [1, 1, 1, "1.00 to 1.00"]);
  assert.deepEqual([mixed?.gain, mixed?.wins], [0, 0.5]);
  // Two of the 64 ways to flip the signs leave its own as far off, and two the other's.
  near(lower?.p, 4 / 64);
  near(mixed?.p, 1);
  assert.throws(() => analysis.fixedGains(several, by("own"), [by("none")]), /want 1/);
});

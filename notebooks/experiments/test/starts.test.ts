import assert from "node:assert/strict";
import { test } from "node:test";
import { analysis, charts, plans, type SpecOf, type TrialRecord } from "../src";
import { near, told } from "./helpers";

type Start = TrialRecord<SpecOf<"warm-start">>;
type Samples = TrialRecord<SpecOf<"ddpm-sample">>;
type Training = TrialRecord<SpecOf<"prior-training">>;

const taskOf = (title: string) => plans.warmTasks.find((one) => one.title === title)?.task ?? assert.fail(title);
const half = "half of the pixels";

/** A start on half of the pixels: one row a duration, start and guidance, in this order. */
function start(psnr: number[], changes: object = {}, metrics: Record<string, number> = {}): Start {
  const spec = {
    ...{ method: "warm-start", task: taskOf(half), image: { name: "a" }, size: 64, seeds: { noise: 1 } },
    evaluations: [10],
    ...{ prior: { kind: "dip", network: { kind: "skip", filters: [16] }, durations: [100] }, eta: 1 },
    ...{ starts: [{ by: "risk", kappa: 1 }], guidance: [{ kind: "none" }], ...changes },
  };
  const starts: readonly { by: string; kappa?: number; t?: number }[] = spec.starts;
  const { guidance } = spec;
  const rows = psnr.map((_, i) => i);
  const each = starts.length * guidance.length;
  const level = (i: number) => starts[Math.floor(i / guidance.length) % starts.length]?.t ?? 20;
  const curves = {
    ...{ psnr, ssim: rows, nfe: rows.map(() => 10), t0: rows.map(level) },
    ...{ duration: rows.map((i) => 100 * (1 + Math.floor(i / each))) },
    ...{ secondsPrior: rows.map(() => 1), secondsSampler: rows.map(() => 0.5) },
  };
  return { spec, metrics, curves, images: {}, key: "k" } as unknown as Start;
}

const levels = {
  starts: [
    { by: "level", t: 50 },
    { by: "level", t: 200 },
    { by: "risk", kappa: 1 },
  ],
};
// Two durations, by level: 50, 200, the rule.
const tuned = [
  start([20, 24, 22, 27, 25, 26.5], levels),
  start([22, 26, 25, 29, 27, 28.5], { ...levels, image: { name: "b" } }),
];

test("quality over iterations and level, and what each way to choose the level loses", () => {
  const chosen = Array(2).fill(Math.exp(Math.log(20)));
  assert.deepEqual(analysis.levelSurface(tuned, half, 10), {
    ...{ task: half, iterations: [100, 200], levels: [50, 200], chosen },
    psnr: [
      [21, 28],
      [25, 26],
    ],
  });
  assert.equal(analysis.levelSurface(tuned, half, 5), undefined);
  const [row] = analysis.startRuleTable(tuned, 10);
  // Of the four runs the best are 24, 27, 26 and 29.
  assert.deepEqual(Object.keys(row ?? {}), ["task", "κ 1", "t 50", "t 200"]);
  near(row?.["κ 1"], (2 + 0.5 + 1 + 0.5) / 4);
  near(row?.["t 50"], (4 + 0 + 4 + 0) / 4);
  near(row?.["t 200"], (0 + 2 + 0 + 2) / 4);
});

test("settings and inputs: each its own trials, by what the spec says", () => {
  const { eta, learningRate, averageDecay } = plans.noiseSetting;
  const fit = (prior: object, own = eta) => ({
    eta: own,
    prior: { kind: "dip", network: { kind: "skip", filters: [16] }, learningRate, ...prior },
  });
  const wide = { kind: "skip", filters: [32] };
  const trials = [
    start([20, 21], fit({ network: wide }, 0.85), { "prior100.psnr": 18 }),
    start([24, 25], fit({ averageDecay }), { "prior100.psnr": 19 }),
    start([26, 27], fit({ averageDecay, guess: { place: "input", blur: 1 } })),
    start([8, 9], fit({ averageDecay, guess: { place: "output", blur: 9 } })),
  ];
  const settings = analysis.startSettingsTable(trials, 100);
  assert.deepEqual(told(settings, "setting", "half", "DIP alone", "seconds"), [
    ...["as usual | 20 | 18 | 1.5", "eta 1, width 16, average 0.9 | 24 | 19 | 1.5"],
  ]);
  assert.deepEqual(analysis.startInputsTable(trials, [100, 200]), [
    { place: "not used", "half, 100": 24, "half, 200": 25 },
    { place: "input, blur 1 px", "half, 100": 26, "half, 200": 27 },
  ]);
});

test("weights of DIP in the noise estimate against none, by start, with the worst mean of a task", () => {
  const guidance = [{ kind: "none" }, { kind: "fixed", weight: 0.5 }];
  const two = {
    guidance,
    starts: [
      { by: "risk", kappa: 1 },
      { by: "level", t: 200 },
    ],
  };
  const trials = [start([20, 21, 22, 20], two), start([20, 23, 22, 23], two)];
  assert.deepEqual(analysis.guidanceTable(trials, [100, 800]), [
    { weights: "fixed, 0.5", "κ 1, 100": 2, "t 200, 100": -0.5, worst: -0.5 },
  ]);
});

test("networks on the same places, by names that tell their widths", () => {
  const of = (network: object, psnr: number, name = "a") =>
    start([psnr], { prior: { kind: "dip", network }, image: { name } }, { "prior100.psnr": psnr - 2 });
  const narrow = { kind: "skip", filters: [16] };
  const decoder = plans.comparedNetworks().find(({ title }) => title === "deep decoder") ?? assert.fail();
  const table = analysis.startNetworksTable(
    { usual: [of(narrow, 25), of(narrow, 9, "other")], others: [of(decoder.network, 24)] },
    [100, 200],
  );
  assert.deepEqual(table, [
    { task: half, network: "skip network, 16 channels", "DIP 100": 23, "then 100": 25, "s 100": 1.5 },
    { task: half, network: "deep decoder", "DIP 100": 22, "then 100": 24, "s 100": 1.5 },
  ]);
});

test("samples by their start: lines end at noise, pictures are those that are kept", () => {
  const sample = (frechet: number, start?: object, levels = 10) =>
    ({
      spec: { method: "ddpm-sample", generator: { levels }, ...(start && { start }) },
      metrics: { "imagenet.frechet": frechet, secondsPriorPerImage: 0.2, secondsPerImage: 0.1 },
      images: { sample0: "p", sample1: "q" },
    }) as unknown as Samples;
  const trials = [
    sample(90),
    sample(60, { of: "dip", level: 600 }),
    sample(70, { of: "dip", level: 200 }),
    sample(5, undefined, 5),
  ];
  assert.deepEqual(told(analysis.samplesTable(trials), "start", "level", "steps", "frechet", "dip", "recall"), [
    ...["noise | 1000 | 10 | 90 | 0 | –", "DIP's image | 600 | 10 | 60 | 0.2 | –"],
    ...["DIP's image | 200 | 10 | 70 | 0.2 | –", "noise | 1000 | 5 | 5 | 0 | –"],
  ]);
  const [line, ...others] = analysis.samplesLines(trials, ["imagenet.frechet"], {
    steps: 10,
    colours: { dip: "#000000" },
  });
  assert.deepEqual([line?.x, line?.y, others], [[200, 600, 1000], [70, 60, 90], []]);
  assert.deepEqual(analysis.samplePictures(sample(1), "sample"), [{ source: "p" }, { source: "q" }]);
});

test("trainings against the plain one of their kind and seed", () => {
  const training = (key: string, seed: number, psnr: number[], dipSeconds = 0) =>
    ({
      spec: {
        method: "prior-training",
        prior: plans.trainingPriors.find((one) => one.key === key)?.prior,
        seeds: { training: seed },
      },
      curves: { step: [100, 200], psnr, validation: psnr.map((value) => 1 / value) },
      metrics: { secondsPerStep: 0.1, dipSeconds, psnr: psnr[1], validation: 1 / (psnr[1] ?? 1), guessPsnr: 21 },
      key: "k",
    }) as unknown as Training;
  const trials = [
    ...[training("none", 1, [20, 22]), training("none", 2, [20, 22])],
    ...[training("dip-100", 1, [22, 25], 30), training("dip-100", 2, [21, 24], 30)],
    ...[training("plain", 1, [10, 20]), training("weights", 1, [8, 16], 5)],
  ];
  const [plain, dip] = analysis.trainingTable(trials, "conditional");
  assert.deepEqual([plain?.steps, plain?.seconds, plain?.gain], ["200", "20", 0]);
  // Reached at step 100 by the first seed and 200 by the second; DIP's 30 s in front.
  assert.deepEqual(
    [dip?.steps, dip?.seconds, dip?.before, dip?.psnr, dip?.gain, dip?.seeds],
    [...["150", "45", 30, 24.5, 2.5, "2.00 to 3.00"]],
  );
  const [, weights] = analysis.trainingTable(trials, "generator");
  assert.deepEqual([weights?.steps, weights?.training], ["never", "generator, weights from DIP"]);
  near(weights?.gain, 25);
  const [, , bySteps, bySeconds] = analysis.trainingLines(trials, {});
  assert.deepEqual(told([bySteps ?? {}, bySeconds ?? {}], "x", "y"), ["100,200 | 21.5,24.5", "40,50 | 21.5,24.5"]);
});

test("panels stand in rows of columns, titles of x below the lowest and of y at the first", () => {
  const titles = { x: { title: "x" }, y: { title: "y" } };
  const line = { name: "n", colour: "#000000", x: [1], y: [2], panel: 3 };
  const { data, layout } = charts.lines([line], { ...titles, panels: ["a", "b", "c", "d"], columns: 2, height: 300 });
  const axis = (name: string) => layout[name] as { title: { text: string }; domain: [number, number] };
  assert.equal(data[0]?.xaxis, "x4");
  assert.deepEqual(data[0]?.marker, { color: "#000000", size: 7 });
  assert.deepEqual(
    ["xaxis", "xaxis2", "xaxis3", "xaxis4"].map((name) => axis(name).title.text),
    ["", "", "x", "x"],
  );
  assert.deepEqual(
    ["yaxis", "yaxis2", "yaxis3", "yaxis4"].map((name) => axis(name).title.text),
    ["y", "", "y", ""],
  );
  assert.ok(axis("yaxis").domain[0] > axis("yaxis3").domain[1] && axis("xaxis2").domain[0] > axis("xaxis").domain[1]);
  assert.equal(layout.height, 500);
});

test("a heat map prints its numbers, and its marks above the columns", () => {
  const map = {
    title: "t",
    x: [50, 100],
    y: [25, 200],
    values: [
      [1, 2],
      [3, 4],
    ],
    marks: ["p", "q"],
  };
  const { data, layout } = charts.heatMaps([map], { x: { title: "x" }, y: { title: "y" } });
  assert.deepEqual(data[0]?.text, [
    ["1.0", "2.0"],
    ["3.0", "4.0"],
  ]);
  const marks = (layout.annotations as { text: string; x: string | number }[]).slice(1);
  assert.deepEqual(
    marks.map(({ text, x }) => `${text} ${x}`),
    ["p 0", "q 1"],
  );
});

test("pictures of the process carry their PSNR; one that was not kept is named", () => {
  const guess = { place: "input", blur: 1 };
  const dip = start(
    [27],
    { prior: { kind: "dip", network: { kind: "skip" }, guess } },
    // With the measured values put in, and as the picture has it.
    { "prior100.psnr": 23, "prior100.error": 0.01, "plain.psnr": 15 },
  );
  Object.assign(dip.images, { plain: "p", clean: "c", prior100: "d", restored100: "r" });
  const control = start([26], { prior: { kind: "control", of: "variation" } }, { "prior100.psnr": 22 });
  Object.assign(control.images, { prior100: "v", restored100: "w" });
  const alone = {
    spec: { task: taskOf(half), image: { name: "a" } },
    images: { restored: "x" },
    metrics: { "restored.psnr": 25 },
  };
  const row = analysis.galleryRow({ dip, control }, [alone] as never);
  assert.deepEqual(
    row.map(({ source, label }) => `${source} ${label}`),
    ["p 15.0", "x 25.0", "v 22.0", "w 26.0", "d 20.0", "r 27.0", "c clean"],
  );
  assert.throws(
    () => analysis.galleryRow({ dip: control, control: dip }, []),
    /picture: got "plain", which k has not kept/,
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { analysis, charts, plans, type SpecOf, type TrialRecord } from "../src";
import { near, told } from "./helpers";

type Start = TrialRecord<SpecOf<"warm-start">>;
type Samples = TrialRecord<SpecOf<"ddpm-sample">>;
type Training = TrialRecord<SpecOf<"prior-training">>;

const taskOf = (title: string) => plans.cropTasks.find((one) => one.title === title)?.task ?? assert.fail(title);
const half = "half of the pixels";

/** A start on half of the pixels: one row a duration, start, number of evaluations and guidance, in this order. */
function start(psnr: number[], changes: object = {}, metrics: Record<string, number> = {}): Start {
  const spec = {
    ...{ method: "warm-start", task: taskOf(half), image: { name: "a" }, size: 128, seeds: { noise: 1 } },
    evaluations: [10],
    ...{ prior: { kind: "dip", network: { kind: "skip", filters: [16] }, durations: [100] }, eta: 1 },
    ...{ starts: [{ by: "risk", kappa: 1 }], guidance: [{ kind: "none" }], ...changes },
  };
  const starts: readonly { by: string; kappa?: number; t?: number }[] = spec.starts;
  const rows = psnr.map((_, i) => i);
  const perStart = spec.evaluations.length * spec.guidance.length;
  const each = starts.length * perStart;
  const level = (i: number) => starts[Math.floor(i / perStart) % starts.length]?.t ?? 20;
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

test("what each way to choose the level loses against the best level of each run", () => {
  const [row] = analysis.startRuleTable(tuned, 10);
  // Of the four runs the best are 24, 27, 26 and 29.
  assert.deepEqual(Object.keys(row ?? {}), ["task", "κ 1", "t 50", "t 200"]);
  near(row?.["κ 1"], (2 + 0.5 + 1 + 0.5) / 4);
  near(row?.["t 50"], (4 + 0 + 4 + 0) / 4);
  near(row?.["t 200"], (0 + 2 + 0 + 2) / 4);
});

/** A trial of several draws: a value a mean on the way, of each level. */
function drawing(psnr: number[], changes: object): Start {
  const one = start(psnr, { prior: { kind: "control", of: "variation" }, draws: 2, ...changes });
  return { ...one, curves: { ...one.curves, duration: psnr.map(() => 0), draws: psnr.map((_, i) => 1 + (i % 2)) } };
}

test("means of draws stand beside one draw of a hundred from the same level on the same images", () => {
  const [at100, at200] = [{ starts: [{ by: "level", t: 100 }] }, { starts: [{ by: "level", t: 200 }] }];
  const several = [
    drawing([20, 22], { ...at100, evaluations: [50] }),
    drawing([21, 21.5], { ...at100, evaluations: [33] }),
    drawing([22, 24], { ...at100, evaluations: [50], image: { name: "b" } }),
  ];
  const hundred = { evaluations: [100], prior: { kind: "control", of: "variation" } };
  const single = [
    start([21], { ...at100, ...hundred }),
    start([90], { ...at200, ...hundred }),
    start([90], { ...at100, ...hundred, evaluations: [20] }),
    start([90], { ...at100, ...hundred, image: { name: "c" } }),
  ];
  const [row, ...more] = analysis.drawsTable(several, single);
  assert.deepEqual(row, { task: row?.task, "2 × 50": 23, "2 × 33": 21.5, "1 × 100": 21 });
  assert.equal(more.length, 0);
  const both = { starts: [...at100.starts, ...at200.starts], evaluations: [20] };
  assert.deepEqual(analysis.gapTable([drawing([20, 22, 23, 25], both)]), [
    { start: "least variation", "t 100, 2 × 20": 22, "t 200, 2 × 20": 25 },
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

test("networks by task and iterations: DIP's own quality, and that of the diffusion from there", () => {
  const networks = plans.startNetworks("default");
  const titled = (title: string) => networks.find((one) => one.title === title)?.network ?? assert.fail(title);
  const [chosen, decoder] = [titled("skip, 16 channels"), titled("deep decoder")];
  const of = (network: object, name: string, then: number[], alone: number[], changes: object = {}) =>
    start(
      then,
      { prior: { kind: "dip", network, durations: [100, 200] }, image: { name }, ...changes },
      { "prior100.psnr": alone[0] as number, "prior200.psnr": alone[1] as number },
    );
  const trials = [
    of(chosen, "a", [25, 27], [23, 24]),
    of(chosen, "b", [27, 28], [22, 25]),
    of(decoder, "a", [24, 26], [21, 22]),
    of(decoder, "a", [14, 16], [11, 12], { task: taskOf("hole") }),
  ];
  const table = analysis.startNetworksTable(trials, [100, 200]);
  const columns = ["DIP 100", "DIP 200", "then, 100", "then, 200"];
  assert.deepEqual(Object.keys(table[0] ?? {}), ["task", "network", ...columns]);
  assert.deepEqual(told(table, "task", "network", ...columns), [
    `${half} | skip, 16 channels | 22.5 | 24.5 | 26 | 27.5`,
    ...[`${half} | deep decoder | 21 | 22 | 24 | 26`, "hole | deep decoder | 11 | 12 | 14 | 16"],
  ]);
  const [longer] = analysis.startNetworksTable(trials, [200, 400]);
  assert.deepEqual(Object.values(longer ?? {}).slice(2), [24.5, "–", 27.5, "–"]);
  const unknown = { name: "RangeError", message: /^network: want one of those that are compared$/ };
  const other = of({ kind: "skip", filters: [7] }, "a", [25, 27], [23, 24]);
  assert.throws(() => analysis.startNetworksTable([other], [100]), unknown);
});

test("DDPMs of several strengths, alone and from each start at the level that is better on the mean", () => {
  const from = (ddpm: string, name: string, psnr: number[], prior: object, starts: object[]) =>
    start(psnr, { checkpoint: { name: ddpm }, image: { name }, prior, starts, evaluations: [20, 100] });
  const level = { by: "level", t: 100 };
  const dip = (ddpm: string, name: string, psnr: number[]) =>
    from(ddpm, name, psnr, { kind: "dip", durations: [100] }, [{ by: "risk", kappa: 1 }, level]);
  const variation = (ddpm: string, name: string, psnr: number[]) =>
    from(ddpm, name, psnr, { kind: "control", of: "variation" }, [level]);
  const alone = (ddpm: string, evaluations: number, psnr: number) =>
    ({
      spec: { task: taskOf(half), checkpoint: { name: ddpm }, image: { name: "a" } },
      metrics: { evaluations, "restored.psnr": psnr },
    }) as unknown as TrialRecord<SpecOf<"ddpm-restore">>;
  // By the error 26.5 after 20 evaluations and 26 after 100, from the level 25.5 and 28. The better of each image would
  // have 27.5 after 20.
  const starts = [
    ...[dip("photos", "a", [25, 26, 27, 27]), dip("photos", "b", [28, 26, 24, 29])],
    ...[variation("photos", "a", [23, 24]), variation("photos", "b", [25, 24.5])],
    dip("bsd", "a", [30, 31, 29, 32]),
  ];
  const ddpms = [...[alone("photos", 20, 20), alone("photos", 20, 22)], alone("photos", 100, 23), alone("bsd", 20, 27)];
  const [photos, bsd, ...others] = analysis.startPriorsTable(starts, ddpms);
  assert.deepEqual(Object.entries(photos ?? {}), [
    ...Object.entries({ task: half, ddpm: "photos", "alone, 20": 21, "alone, 100": 23 }),
    ...Object.entries({
      "DIP, then 20": 26.5,
      "DIP, then 100": 28,
      "variation, then 20": 24,
      "variation, then 100": 24.25,
    }),
  ]);
  assert.deepEqual(Object.values(bsd ?? {}), [half, "bsd", 27, "–", 30, 32, "–", "–"]);
  assert.deepEqual(others, []);
});

const usualFit = { kind: "dip", durations: [100], averageDecay: 0.9, learningRate: 0.01, heldOut: 0.05 };
/** Of an image on a task: level and evaluations varied, both at once as well, then the fresh noise, then DIP's rate. */
function varied(name: string, title: string, byGrid: number[], eta: number, rate: number): Start[] {
  const at = { image: { name }, task: taskOf(title), prior: usualFit, evaluations: [20] };
  const starts = [0.5, 1].map((kappa) => ({ by: "risk", kappa }));
  return [
    start(byGrid, { ...at, starts, evaluations: [10, 20] }),
    start([eta], { ...at, eta: 0 }),
    start([rate], { ...at, prior: { ...usualFit, learningRate: 0.03 } }),
  ];
}

test("settings of the start, each alone against the chosen ones, image by image over the tasks", () => {
  // Chosen is what most have: κ 1, 20 evaluations, fresh noise 1. What differs in two counts nowhere: the 99.
  const trials = [
    ...varied("a", half, [99, 22, 25, 26], 25, 27),
    ...varied("b", half, [99, 25, 27.5, 28], 29, 28.5),
    ...varied("a", "hole", [99, 18, 19, 20], 18, 20),
    ...varied("b", "hole", [99, 21, 23, 22], 22, 23),
  ];
  const table = analysis.startEffects(trials);
  // The chosen have 23 on a and 25 on b, half 27 and the hole 21; of κ 0.5 it is 20 and 23.
  assert.deepEqual(table[0], {
    ...{ setting: "κ of the level", value: "0.5", chosen: 1, psnr: -2.5, interval: "−3.00 to −2.00" },
    ...{ wins: 0, p: 0.5, [half]: -3.5, hole: -1.5 },
  });
  assert.deepEqual(told(table, "setting", "value", "chosen", "psnr", "wins", "p", half, "hole").slice(1), [
    "evaluations | 10 | 20 | -0.375 | 0.5 | 1 | -0.75 | 0",
    "fresh noise η | 0 | 1 | -0.5 | 0.5 | 1 | 0 | -1",
    "learning rate of DIP | 0.03 | 0.01 | 0.625 | 1 | 1 | 0.75 | 0.5",
  ]);
  const control = start([20], { prior: { kind: "control", of: "spread" } });
  assert.throws(() => analysis.startEffects([...trials, control]), /prior: got "control", want "dip"/);
});

test("samples by their start: lines end at noise, pictures are those that are kept", () => {
  const sample = (frechet: number, start?: object, levels = 10) =>
    ({
      spec: { checkpoint: { name: "g" }, guidance: 0, generator: { levels }, ...(start && { start }) },
      metrics: { "imagenet.frechet": frechet, secondsPriorPerImage: 0.2, secondsPerImage: 0.1, evaluations: levels },
      images: { sample0: "p", sample1: "q" },
    }) as unknown as Samples;
  const trials = [
    sample(90),
    sample(60, { of: "dip", level: 600 }),
    sample(70, { of: "dip", level: 200 }),
    sample(5, undefined, 5),
  ];
  // An evaluation has one price: the median of three trials' 0.01 s and the last one's 0.02.
  assert.deepEqual(
    told(analysis.samplesTable(trials), "start", "level", "steps", "frechet", "dip", "sampler", "recall"),
    [
      ...["noise | 1000 | 10 | 90 | 0 | 0.1 | –", "DIP's image | 600 | 10 | 60 | 0.2 | 0.1 | –"],
      ...["DIP's image | 200 | 10 | 70 | 0.2 | 0.1 | –", "noise | 1000 | 5 | 5 | 0 | 0.05 | –"],
    ],
  );
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
    [dip?.steps, dip?.seconds, dip?.before, dip?.best, dip?.psnr, dip?.gain, dip?.seeds],
    [...["150", "45", 30, 24.5, 24.5, 2.5, "2.00 to 3.00"]],
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

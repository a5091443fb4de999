import assert from "node:assert/strict";
import { test } from "node:test";
import { nameCheckpoint } from "ddpm-dip/ddpm";
import { assertNoLeak } from "../../../lib/test/helpers";
import { useTinyCheckpoint } from "../../../lib/test/tinyCheckpoint";
import { analysis, checkSpec, computeTrial, plans, type SpecOf, type TrialRecord } from "../src";
import { context } from "./helpers";

type WarmStart = SpecOf<"warm-start">;

// Of the real prior: its log is not among the tiny ones.
const base = plans.planWarmTuning("smoke")[0] as WarmStart;
const chosenPlan = plans.planWarmStart("default");
const usual = ((first = chosenPlan[0]) => first && plans.usualTrial(first.image.name, first.task, 1, "default"))();
const networksPlan = plans.planWarmNetworks("default");
const cropPlan = plans.planCropStarts("default");
useTinyCheckpoint("photos", { multipliers: [1] });

const trial = (changes: Partial<WarmStart> = {}): WarmStart => ({
  ...base,
  checkpoint: nameCheckpoint("photos"),
  size: 32,
  evaluations: [2],
  ...changes,
});

test("every task runs by every guidance, one row a descent, and leaves nothing behind", async () => {
  const guidance: WarmStart["guidance"] = [
    { kind: "none" },
    { kind: "fixed", weight: 0.5 },
    { kind: "falling", first: 1 },
    { kind: "errors", factor: 1, correlation: 0.3, snapshots: false },
    { kind: "errors", factor: 1, correlation: 0, snapshots: true },
  ];
  await assertNoLeak(async () => {
    for (const { title, task } of plans.warmTasks) {
      const { curves, metrics } = await computeTrial(trial({ task, guidance }), context);
      const rows = 2 * base.starts.length * guidance.length;
      for (const name of ["duration", "t0", "nfe", "guidance", "psnr", "ssim", "secondsPrior", "secondsSampler"]) {
        assert.equal(curves[name]?.length, rows, `${title}: ${name}`);
        assert.ok(curves[name]?.every(Number.isFinite), `${title}: ${name}`);
      }
      assert.ok(Object.values(metrics).every(Number.isFinite), `${title}: ${JSON.stringify(metrics)}`);
      assert.deepEqual(new Set(curves.duration), new Set([5, 10]));
      assert.ok(curves.dipWeight?.every((weight) => weight >= 0 && weight <= 1));
    }
  });
});

test("the estimated error is that of what the fit did not see: near the true one for random pixels", async () => {
  const { metrics } = await computeTrial(
    trial({ task: (plans.warmTasks[0] as { task: WarmStart["task"] }).task }),
    context,
  );
  const [risk, error] = [metrics["prior10.risk"] as number, metrics["prior10.error"] as number];
  // 26 of 512 pixels speak for 1,024.
  assert.ok(Math.abs(risk / error - 1) < 0.5, `estimated ${risk}, true ${error}`);
});

test("controls start from what one has without a prior; they have no estimated error to choose a level by", async () => {
  const starts: WarmStart["starts"] = [{ by: "level", t: 100 }];
  for (const of of ["spread", "variation"] as const) {
    for (const { task } of plans.warmTasks.slice(0, 4)) {
      const { curves, metrics } = await computeTrial(trial({ task, starts, prior: { kind: "control", of } }), context);
      assert.deepEqual(curves.duration, [0]);
      assert.ok(Number.isFinite(metrics["prior0.psnr"]), of);
      assert.equal(metrics["prior0.risk"], undefined);
    }
  }
  const byRisk = trial({ starts: [{ by: "risk", kappa: 1 }], prior: { kind: "control", of: "spread" } });
  await assert.rejects(computeTrial(byRisk, context), /starts: got "risk" for the control "spread"/);
});

test("a trial is the same twice, and its plans are valid", async () => {
  const [one, two] = [await computeTrial(trial(), context), await computeTrial(trial(), context)];
  assert.deepEqual(two.curves.psnr, one.curves.psnr);
  assert.deepEqual(two.curves.dipRisk, one.curves.dipRisk);
  assert.throws(() => checkSpec(trial({ starts: [] })), /starts/);
  assert.throws(() => checkSpec(trial({ eta: 2 })), /eta: .*\(got 2\)/);
});

test("a trial's table is read back row by row", async () => {
  const guidance: WarmStart["guidance"] = [{ kind: "none" }, { kind: "fixed", weight: 1 }];
  const spec = trial({
    guidance,
    starts: [
      { by: "level", t: 30 },
      { by: "level", t: 90 },
    ],
    evaluations: [1, 2],
  });
  const record = { ...(await computeTrial(spec, context)), spec } as unknown as TrialRecord<WarmStart>;
  const rows = analysis.descentsOf([record]);
  assert.equal(rows.length, 2 * 2 * 2 * 2);
  for (const row of rows) {
    assert.equal(row.t0, row.level);
    assert.ok(row.kappa === undefined && row.seconds > row.secondsPrior);
    assert.equal(row.place, `${row.task}/${spec.image.name}/${spec.seeds.noise}`);
  }
  // DIP's word alone: from one image every way down ends at the same.
  const alone = rows.filter((row) => row.guidance.kind === "fixed" && row.duration === 10).map(({ psnr }) => psnr);
  assert.ok(Math.max(...alone) - Math.min(...alone) < 1e-3, `${alone}`);
  assert.deepEqual(
    rows.filter(({ guidance: { kind } }) => kind === "none").map(({ duration, t0, asked }) => [duration, t0, asked]),
    [5, 10].flatMap((duration) => [30, 90].flatMap((t0) => [1, 2].map((asked) => [duration, t0, asked]))),
  );
  assert.deepEqual(
    record.curves.nfe,
    rows.map(({ asked }) => asked),
  );
  assert.deepEqual(record.curves.iteration, [5, 10]);
});

test("the chosen setting changes eta and the fit alone, and of other networks not their widths", () => {
  const dipOf = ({ prior }: WarmStart) => prior as Extract<WarmStart["prior"], { kind: "dip" }>;
  const [chosen] = chosenPlan;
  assert.ok(chosen && usual);
  const { eta, width, learningRate, averageDecay, guess } = plans.chosenSetting;
  assert.deepEqual([chosen.eta, usual.eta], [eta, 0.85]);
  const network = { kind: "skip", filters: Array(4).fill(width), skipFilters: 4, upsampling: "bilinear" };
  const { durations, ...fit } = dipOf(chosen);
  assert.deepEqual(durations, plans.warmDurations);
  const { durations: _, ...usualFit } = dipOf(usual);
  assert.deepEqual(fit, { ...usualFit, network, learningRate, averageDecay, guess });
  // A hole is left to DIP of noise.
  const holes = chosenPlan.filter(({ task }) => task.kind === "inpaint" && task.mask.kind === "hole");
  assert.ok(holes.length > 0 && holes.every((spec) => dipOf(spec).guess === undefined));
  // The other tasks are planned both ways: short fits are shown what is known, long ones are not.
  const others = chosenPlan.filter((spec) => !holes.includes(spec));
  const shown = others.filter((spec) => dipOf(spec).guess !== undefined);
  assert.ok(shown.length > 0 && 2 * shown.length === others.length);
  for (const { task } of others) {
    assert.ok(plans.isChosenFit({ task, guess: "input", duration: plans.guessedIterations }));
    assert.ok(plans.isChosenFit({ task, guess: "", duration: plans.guessedIterations + 1 }));
  }
  assert.ok(holes.every(({ task }) => plans.isChosenFit({ task, guess: "", duration: 1 })));
  const otherNetworks = networksPlan.map(dipOf);
  assert.deepEqual(
    new Set(otherNetworks.map((prior) => JSON.stringify(prior.network))),
    new Set(plans.comparedNetworks("default").map((one) => JSON.stringify(one.network))),
  );
  assert.ok(otherNetworks.every((prior) => prior.averageDecay === averageDecay));
});

test("a shorter average of DIP's outputs is nearer to the output of a short fit", async () => {
  const averaged = async (averageDecay?: number) => {
    const prior = { ...base.prior, durations: [10], ...(averageDecay !== undefined && { averageDecay }) };
    return (await computeTrial(trial({ prior: prior as WarmStart["prior"] }), context)).metrics["prior10.error"];
  };
  assert.ok(((await averaged(0)) as number) < ((await averaged()) as number));
  assert.throws(
    () => checkSpec(trial({ prior: { ...base.prior, averageDecay: 1 } as WarmStart["prior"] })),
    /averageDecay/,
  );
});

test("a guess is known to the fit in either place, on every task, and leaves nothing behind", async () => {
  await assertNoLeak(async () => {
    for (const place of ["input", "output"] as const) {
      for (const { title, task } of plans.warmTasks) {
        const prior = { ...base.prior, durations: [1], guess: { place, blur: 1 } } as WarmStart["prior"];
        const { metrics } = await computeTrial(trial({ task, prior }), context);
        // Under the output it is the first image, far better than what an untrained network has.
        if (place === "output")
          assert.ok((metrics["prior1.error"] as number) < 0.05, `${title}: ${metrics["prior1.error"]}`);
        else assert.ok(Number.isFinite(metrics["prior1.risk"]), title);
      }
    }
  });
  const blurless = { ...base.prior, guess: { place: "input", blur: 0 } } as WarmStart["prior"];
  assert.throws(() => checkSpec(trial({ prior: blurless })), /blur/);
});

test("the tasks on crops run, of DIP and of every control, and their specs name image and seed of what is drawn", async () => {
  for (const { title, task } of plans.cropTasks) {
    const { prior } = cropPlan[0] as { prior: Extract<WarmStart["prior"], { kind: "dip" }> };
    const spec = trial({ task, prior: { ...prior, durations: [4] }, starts: [{ by: "risk", kappa: 1 }] });
    const { metrics } = await computeTrial(spec, context);
    assert.ok(Object.values(metrics).every(Number.isFinite), `${title}: ${JSON.stringify(metrics)}`);
    const control = trial({ task, prior: { kind: "control", of: "variation" }, starts: [{ by: "level", t: 50 }] });
    const { metrics: without } = await computeTrial(control, context);
    assert.ok(
      (without["prior0.psnr"] as number) > (without["plain.psnr"] as number),
      `${title}: ${JSON.stringify(without)}`,
    );
  }
  const seeds = cropPlan.map(({ image, seeds: { noise } }) => `${image.name} ${noise}`);
  assert.equal(new Set(seeds).size, new Set(seeds.map((seed) => seed.split(" ")[0])).size);
  assert.equal(new Set(seeds).size, new Set(seeds.map((seed) => seed.split(" ")[1])).size);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { nameCheckpoint } from "ddpm-dip/ddpm";
import { assertNoLeak } from "../../../lib/test/helpers";
import { useTinyCheckpoint } from "../../../lib/test/tinyCheckpoint";
import { analysis, checkSpec, computeTrial, plans, type SpecOf, type TrialRecord } from "../src";
import { context } from "./helpers";

type WarmStart = SpecOf<"warm-start">;

// Of the real prior: its log is not among the tiny ones.
const [planned] = plans.planStartNetworks("smoke");
assert.ok(planned?.prior.kind === "dip");
const fit = planned.prior;
const base: WarmStart = {
  ...planned,
  starts: [
    { by: "level", t: 50 },
    { by: "risk", kappa: 1 },
  ],
};
useTinyCheckpoint("bsd", { multipliers: [1] });

const trial = (changes: Partial<WarmStart> = {}): WarmStart => ({
  ...base,
  checkpoint: nameCheckpoint("bsd"),
  ...changes,
});

test("every task runs by every guidance, one row a reverse diffusion, and leaves nothing behind", async () => {
  const guidance: WarmStart["guidance"] = [
    { kind: "none" },
    { kind: "fixed", weight: 0.5 },
    { kind: "falling", first: 1 },
    { kind: "errors", factor: 1, correlation: 0.3, snapshots: false },
    { kind: "errors", factor: 1, correlation: 0, snapshots: true },
  ];
  await assertNoLeak(async () => {
    for (const { title, task } of plans.cropTasks) {
      const { curves, metrics } = await computeTrial(trial({ task, guidance }), context);
      const rows = 2 * base.starts.length * guidance.length;
      for (const name of ["duration", "t0", "nfe", "guidance", "psnr", "ssim", "secondsPrior", "secondsSampler"]) {
        assert.equal(curves[name]?.length, rows, `${title}: ${name}`);
        assert.ok(curves[name]?.every(Number.isFinite), `${title}: ${name}`);
      }
      assert.ok(Object.values(metrics).every(Number.isFinite), `${title}: ${JSON.stringify(metrics)}`);
      assert.deepEqual(new Set(curves.duration), new Set([4, 8]));
      assert.ok(curves.dipWeight?.every((weight) => weight >= 0 && weight <= 1));
    }
  });
});

test("the estimated error is that of what the fit did not see: near the true one for random pixels", async () => {
  const { metrics } = await computeTrial(
    trial({ task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 } } }),
    context,
  );
  const [risk, error] = [metrics["prior8.risk"] as number, metrics["prior8.error"] as number];
  // 26 of 512 pixels speak for 1,024.
  assert.ok(Math.abs(risk / error - 1) < 0.5, `estimated ${risk}, true ${error}`);
});

test("each mean of draws on the way is a row: the first is the one draw, the next nearer on the mean, and its evaluations are all that were taken", async () => {
  await assertNoLeak(async () => {
    const [one, two] = [await computeTrial(trial(), context), await computeTrial(trial({ draws: 2 }), context)];
    const rows = analysis.reverseRunsOf([{ ...two, spec: trial({ draws: 2 }) } as TrialRecord<WarmStart>]);
    const first = rows.filter(({ drawn }) => drawn === 1);
    assert.deepEqual(
      first.map(({ psnr, taken, t0, duration }) => [psnr, taken, t0, duration]),
      analysis
        .reverseRunsOf([{ ...one, spec: trial() } as TrialRecord<WarmStart>])
        .map(({ psnr, taken, t0, duration }) => [psnr, taken, t0, duration]),
    );
    const second = rows.filter(({ drawn }) => drawn === 2);
    assert.equal(second.length, first.length);
    for (const [i, { taken, asked, seconds, level }] of second.entries()) {
      assert.equal(taken, 2 * (first[i]?.taken as number));
      assert.ok(seconds > (first[i]?.seconds as number) && asked === 2 && level === first[i]?.level);
    }
    const gains = second.map(({ psnr }, i) => psnr - (first[i]?.psnr as number));
    assert.ok(gains.reduce((sum, gain) => sum + gain, 0) > 0, gains.join());
  });
});

test("controls start from what one has without a prior; they have no estimated error to choose a level by", async () => {
  const starts: WarmStart["starts"] = [{ by: "level", t: 100 }];
  for (const of of ["spread", "variation"] as const) {
    for (const { title, task } of plans.cropTasks.filter(({ task }) => of === "variation" || plans.isScattered(task))) {
      const { curves, metrics } = await computeTrial(trial({ task, starts, prior: { kind: "control", of } }), context);
      assert.deepEqual(curves.duration, [0]);
      assert.ok(
        (metrics["prior0.psnr"] as number) > (metrics["plain.psnr"] as number),
        `${title}: ${JSON.stringify(metrics)}`,
      );
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
  const rows = analysis.reverseRunsOf([record]);
  const recording = record.metrics["prior.recording"] as number;
  assert.ok(recording > 0 && (record.curves.secondsPrior?.[0] as number) > recording);
  assert.equal(rows.length, 2 * 2 * 2 * 2);
  for (const row of rows) {
    assert.equal(row.t0, row.level);
    assert.ok(row.kappa === undefined && row.seconds > row.secondsPrior && row.secondsPrior > 0);
    assert.equal(row.place, `${row.task}/${spec.image.name}/${spec.seeds.noise}`);
  }
  // DIP's word alone: from one image every way down ends at the same.
  const alone = rows.filter((row) => row.guidance.kind === "fixed" && row.duration === 8).map(({ psnr }) => psnr);
  assert.ok(Math.max(...alone) - Math.min(...alone) < 1e-3, `${alone}`);
  assert.deepEqual(
    rows.filter(({ guidance: { kind } }) => kind === "none").map(({ duration, t0, asked }) => [duration, t0, asked]),
    [4, 8].flatMap((duration) => [30, 90].flatMap((t0) => [1, 2].map((asked) => [duration, t0, asked]))),
  );
  assert.deepEqual(
    record.curves.nfe,
    rows.map(({ asked }) => asked),
  );
  assert.deepEqual(record.curves.iteration, [4, 8]);
});

test("a shorter average of DIP's outputs is nearer to the output of a short fit", async () => {
  const { averageDecay: _, ...rest } = { ...fit, durations: [10] };
  const averaged = async (prior: WarmStart["prior"]) =>
    (await computeTrial(trial({ prior }), context)).metrics["prior10.error"] as number;
  assert.ok((await averaged({ ...rest, averageDecay: 0 })) < (await averaged(rest)));
  assert.throws(() => checkSpec(trial({ prior: { ...fit, averageDecay: 1 } })), /averageDecay/);
});

test("a guess in the input betters a short fit on every task that has one, and leaves nothing behind", async () => {
  const starts: WarmStart["starts"] = [{ by: "level", t: 50 }];
  const of = async (task: WarmStart["task"], prior: WarmStart["prior"]) =>
    (await computeTrial(trial({ task, starts, prior: { ...prior, durations: [8] } as WarmStart["prior"] }), context))
      .metrics;
  const guess = { place: "input", blur: 1 } as const;
  await assertNoLeak(async () => {
    for (const { title, task } of plans.cropTasks.filter(({ task }) => plans.isScattered(task))) {
      const [shown, without] = [await of(task, { ...fit, guess }), await of(task, fit)];
      assert.ok(Number.isFinite(shown["prior8.risk"]), title);
      assert.ok((shown["prior8.error"] as number) < (without["prior8.error"] as number), title);
    }
  });
  assert.throws(() => checkSpec(trial({ prior: { ...fit, guess: { ...guess, blur: 0 } } })), /blur/);
  const elsewhere = { ...fit, guess: { ...guess, place: "output" } } as unknown as WarmStart["prior"];
  assert.throws(() => checkSpec(trial({ prior: elsewhere })), /place/);
});

test("DIP is fitted to all but one value where few are measured", async () => {
  const few = ["10 % of the pixels", "super-resolution x4", "Hadamard, 10 %"];
  for (const { title, task } of plans.cropTasks.filter((one) => few.includes(one.title))) {
    const prior = { ...fit, heldOut: 1e-4, durations: [1] };
    const { metrics } = await computeTrial(trial({ task, prior, starts: [{ by: "level", t: 50 }] }), context);
    assert.ok(Number.isFinite(metrics["prior1.risk"]) && Number.isFinite(metrics["prior1.psnr"]), title);
  }
});

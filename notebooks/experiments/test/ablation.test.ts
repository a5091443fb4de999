import assert from "node:assert/strict";
import { test } from "node:test";
import { trialKey } from "ddpm-dip/trials";
import { ablation, headline, plans, priorTraining, type TrialRecord } from "../src";
import { checkSpec, type TrialSpec } from "../src/spec";

const record = (spec: TrialSpec, fields: Partial<TrialRecord>): TrialRecord => ({
  key: trialKey(spec),
  spec,
  curves: {},
  images: {},
  metrics: {},
  costs: { seconds: 1, peakMiB: 1 },
  versions: {} as TrialRecord["versions"],
  machine: {} as TrialRecord["machine"],
  engine: "recorded",
  finishedAt: "",
  ...fields,
});

test("every knob has a chosen value and others, all valid specs, none of them twice", () => {
  const specs = plans.planAblations("default");
  for (const spec of specs) checkSpec(spec);
  assert.equal(new Set(specs.map(trialKey)).size, specs.length);
  for (const { knob, chosen, variants } of plans.knobs("default")) {
    assert.ok(variants.length > 0, knob);
    const values = variants.map(({ change }) => JSON.stringify(change));
    assert.ok(!values.includes(JSON.stringify(chosen.change)), `${knob}: the chosen value is among the others`);
    assert.equal(new Set(values).size, values.length, knob);
  }
});

test("an effect is the paired difference, and the stop of a trial that went on to weigh is the pair's own", () => {
  const [like] = plans.planWhole("default");
  assert.ok(like && like.arm.kind === "split" && like.arm.weigh);
  const photos = plans.ablationPhotos;
  const base = plans
    .planWhole("default")
    .filter(({ photo, noise }) => photos.includes(photo) && JSON.stringify(noise) === JSON.stringify(like.noise));
  const chosen = base.map((spec, i) => record(spec, { metrics: { "stopped.psnr": 28 + i } }));
  const variants = plans.planAblations("default").map((spec) => {
    const twin = base.findIndex(({ photo, seeds }) => photo === spec.photo && seeds.noise === spec.seeds.noise);
    const worse = spec.inputNoise === 0 ? 0.5 : 0.25;
    return record(spec, { metrics: { "stopped.psnr": 28 + twin - worse } });
  });
  const effects = ablation.denoisingEffects(plans.knobs("default"), [...chosen, ...variants], like);
  const none = effects.find(({ knob, value }) => knob === "noise on the input" && value === "none");
  assert.ok(none);
  assert.ok(Math.abs(none.difference.mean + 0.5) < 1e-9, String(none.difference.mean));
  assert.deepEqual([none.wins, none.pairs], [0, base.length]);
  assert.ok(ablation.isDecided(none));
  const single = effects.find(({ knob }) => knob === "balance a of the pair");
  assert.ok(single && Math.abs(single.difference.mean + 0.25) < 1e-9);
  const sorted = ablation.sortEffects(effects);
  assert.ok((sorted[0]?.difference.mean as number) <= (sorted.at(-1)?.difference.mean as number));
});

test("an effect of no pairs is refused, and cells that one side lacks are left out", () => {
  const names = { part: "fit", knob: "rate", value: "1", chosen: "2" };
  assert.throws(() => ablation.effectOf(names, []), /rate, 1: got no pair to compare/);
  const pairs = ablation.pairByCell(new Map([["a", 1]]), new Map(Object.entries({ a: 2, b: 3 })));
  assert.deepEqual(pairs, [{ chosen: 1, other: 2 }]);
});

test("another patience is another reading of the same trajectory", () => {
  const spec = plans.planWhole("default")[0] as TrialSpec;
  const iteration = [10, 20, 30, 40, 50, 60];
  const trial = record(spec, {
    curves: { iteration, risk: [5, 4, 4.5, 4.6, 2, 3], psnr: [20, 21, 20.5, 20.4, 24, 23] },
  });
  const chosen = { values: { patience: "100" }, patience: 100, window: 10 };
  const [short] = ablation.readingEffects(
    [trial],
    [{ knob: "patience", value: "20", patience: 20, window: 10 }],
    chosen,
  );
  // 20 iterations without a better risk end it before the best comes.
  assert.ok(Math.abs((short?.difference.mean as number) - (21 - 24)) < 1e-9);
  assert.equal(short?.chosen, "100");
});

test("a training is held against the plain one of its seed, DIP's seconds included", () => {
  const [plain, , , , , , , , ...rest] = plans.planPriorTraining("default");
  assert.ok(plain && rest.length > 0);
  const dip = { ...plain, prior: { kind: "shift", of: "dip", iterations: 100, shifted: true } } as typeof plain;
  const step = [100, 200, 300];
  const trials = [
    record(plain, { curves: { step, psnr: [20, 21, 22] }, metrics: { psnr: 22, validation: 0.1, dipSeconds: 0 } }),
    record(dip, { curves: { step, psnr: [21, 22.5, 24] }, metrics: { psnr: 24, validation: 0.05, dipSeconds: 30 } }),
  ];
  const [first, second] = priorTraining.trainingOutcomes(trials, { secondsPerStep: 0.1 });
  assert.deepEqual([first?.stepsToTarget, first?.secondsToTarget], [300, 30]);
  assert.deepEqual([second?.stepsToTarget, second?.secondsToTarget], [200, 50]);
  assert.throws(() => priorTraining.trainingOutcomes(trials.slice(1), { secondsPerStep: 1 }), /no plain conditional/);
  const spoken = headline.compareTrainings(
    trials.map((trial) => ({ ...trial, metrics: { ...trial.metrics, secondsPerStep: 0.1 } })),
  );
  assert.deepEqual(spoken, [
    {
      title: "shifted to DIP, 100 iterations",
      steps: "200",
      seconds: "50",
      plainSteps: "300",
      plainSeconds: "30",
    },
  ]);
  assert.deepEqual(headline.compareTrainings([]), []);
});

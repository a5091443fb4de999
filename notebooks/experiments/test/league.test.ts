import assert from "node:assert/strict";
import { test } from "node:test";
import type { Known, StoppingRule } from "ddpm-dip/dip";
import { assertClose, assertNoLeak } from "../../../lib/test/helpers";
import { computeTrial, league, plans, type SpecOf, type TrialRecord } from "../src";
import { watchRule } from "../src/league/watchRule";

const known = (iteration: number): Known => ({
  iteration,
  loss: 0,
  output: Float32Array.of(iteration),
  averagedOutput: Float32Array.of(-iteration),
});

function playBack(answers: [best: number, stop: boolean][]): StoppingRule & { seen: number[] } {
  const seen: number[] = [];
  return {
    seen,
    judges: "averagedOutput",
    memoryBytes: 4,
    observe({ iteration }) {
      seen.push(iteration);
      const [best, stop] = answers[iteration - 1] as [number, boolean];
      return { best, stop, criterion: iteration / 10 };
    },
  };
}

test("a watched rule keeps the image of its choice, and is shown nothing once it has stopped", () => {
  const rule = playBack([
    [0, false],
    [2, false],
    [2, false],
    [2, true],
  ]);
  const watched = watchRule(rule);
  assert.throws(() => watched.image(), /no image is held yet/);
  watched.observe(known(1));
  // Without a choice of its own the newest image stands.
  assert.deepEqual([watched.iteration, watched.image()[0]], [1, -1]);
  for (const iteration of [2, 3, 4]) watched.observe(known(iteration));
  assertClose([watched.criterion], [0.4], 1e-9);
  watched.observe(known(5));
  assert.deepEqual(rule.seen, [1, 2, 3, 4]);
  assert.deepEqual([watched.iteration, watched.noticed, watched.stopped, watched.image()[0]], [2, 4, true, -2]);
  assert.ok(Number.isNaN(watched.criterion));
});

const base = plans.planLeague("smoke")[0] as SpecOf<"league">;
function record(photo: string, seed: number, gap: number, bound = 30): TrialRecord {
  const metrics: Record<string, number> = { "oracle.psnr": bound, "oracle.ssim": 0.9, "oracle.iteration": 100 };
  const rule = { psnr: bound - gap, ssim: 0.8, iteration: 120, noticed: 400, stopped: gap < 5 ? 1 : 0, onOutput: 0 };
  for (const [name, value] of Object.entries({ ...rule, msPerIteration: 0.5, memoryBytes: 2 ** 20 })) {
    metrics[`last.${name}`] = value;
  }
  const seeds = { network: seed, input: seed, noise: seed };
  return {
    key: `league-${photo}-${seed}`,
    spec: { ...base, photo, seeds },
    metrics: { ...metrics, secondsPerIteration: 0.02 },
  } as unknown as TrialRecord;
}
const records = [record("a", 1, 0.1), record("a", 2, 0.3), record("b", 1, 0.5), record("b", 2, 6)];

test("a standing sums the stops up", () => {
  const stops = league.stopsOf(league.contestant("last"), records);
  assert.deepEqual(
    stops.map(({ cell }) => cell),
    ["a/32/25/1/1", "a/32/25/2/1", "b/32/25/1/1", "b/32/25/2/1"],
  );
  const standing = league.standingOf(stops);
  assert.deepEqual([standing.images, standing.seeds], [2, 2]);
  assertClose([standing.psnr.mean], [30 - 6.9 / 4], 1e-9);
  assertClose([standing.gapMedian, standing.gapWorst], [0.4, 6], 1e-9);
  assert.deepEqual([standing.failureShare, standing.stoppedShare], [0.25, 0.75]);
  assert.deepEqual([standing.noticedAfter, standing.iterations, standing.memoryMiB], [300, 400, 1]);
  const bound = league.standingOf(league.stopsOf(league.oracle, records));
  assert.deepEqual([bound.psnr.mean, bound.gapWorst, bound.noticedAfter], [30, 0, 0]);
  assert.throws(() => league.standingOf([]), /without trajectories/);
  assert.throws(() => league.stopsOf(league.contestant("es-wmv"), records), /metric: got "es-wmv.onOutput"/);
  assert.throws(() => league.contestant("best"), /rule: got "best", want one of last, /);
});

test("a rule on the raw output is held against the best raw output, and other trainings are passed over", () => {
  const raw = record("a", 1, 0.1);
  Object.assign(raw.metrics, { "last.onOutput": 1, "oracle-output.psnr": 32, "oracle-output.iteration": 90 });
  const split = record("b", 1, 0.2);
  split.spec = { ...base, training: "split" };
  const stops = league.stopsOf(league.contestant("last"), [split, raw]);
  assert.deepEqual(
    stops.map(({ photo, oracleIteration }) => [photo, oracleIteration]),
    [["a", 90]],
  );
  assertClose([stops[0]?.gap as number], [2.1], 1e-9);
});

test("rules are compared pair by pair", () => {
  const worse = [record("a", 1, 0.2), record("a", 2, 0.1), record("b", 1, 1), record("b", 2, 7)];
  const [first, second] = [records, worse].map((some) => league.stopsOf(league.contestant("last"), some)) as [
    league.Stop[],
    league.Stop[],
  ];
  const duel = league.compareStops(first, second);
  assert.deepEqual([duel.pairs, duel.wins], [4, 0.75]);
  assertClose([duel.difference.mean], [(0.1 - 0.2 + 0.5 + 1) / 4], 1e-9);
  assert.ok(duel.difference.low <= duel.difference.mean && duel.difference.mean <= duel.difference.high);
  assert.throws(() => league.compareStops(first, second.slice(1)), /pairs: a\/32\/25\/1\/1 is on one side only/);
});

test("the noise of a cell is named", () => {
  assert.equal(league.nameNoise({ kind: "gaussian", sigma: 15 / 255 }), "15");
  assert.equal(league.nameNoise({ kind: "poisson", peak: 20 }), "Poisson 20");
});

/** What a trial found, without what it took. */
function withoutTimes({ metrics, curves, images }: TrialRecord) {
  const found = Object.entries(metrics).filter(([name]) => !/msPerIteration|secondsPerIteration/.test(name));
  return { metrics: Object.fromEntries(found), curves, images };
}

const context = { onProgress() {}, signal: new AbortController().signal, engine: "recorded" as const };
test("every training holds all its contestants, the same each time, and leaves nothing behind", async () => {
  const smoke = [
    ...plans.planLeague("smoke"),
    ...plans.planLeaguePoisson("smoke"),
    ...plans.planLeagueTrainings("smoke"),
  ];
  assert.deepEqual(
    new Set(smoke.map(({ training }) => training)),
    new Set(league.roster.map(({ training }) => training)),
  );
  await assertNoLeak(async () => {
    for (const spec of smoke.map((one) => ({ ...one, size: 16, iterations: 6, readEvery: 2 }))) {
      const trial = await computeTrial(spec, context);
      assert.deepEqual(withoutTimes(await computeTrial(spec, context)), withoutTimes(trial));
      for (const { rule } of league.roster.filter(({ training }) => training === spec.training)) {
        const [psnr, iteration] = [trial.metrics[`${rule}.psnr`], trial.metrics[`${rule}.iteration`]] as [
          number,
          number,
        ];
        assert.ok(Number.isFinite(psnr) && iteration >= 1 && iteration <= 6, `${rule}: ${psnr} dB at ${iteration}`);
        assert.ok(
          psnr <= (trial.metrics[trial.metrics[`${rule}.onOutput`] ? "oracle-output.psnr" : "oracle.psnr"] as number),
        );
        assert.equal(rule in trial.images, spec.keepImages);
      }
    }
  });
});

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../lib/test/helpers";
import { headline, openStore, plans, type SpecOf, type TrialRecord } from "../src";

type Metrics = Record<string, number>;

/** A record with what is looked at, and nothing else. */
function record(spec: object, metrics: Metrics, curves: Record<string, number[]> = {}): TrialRecord {
  return { spec, metrics, curves, images: {} } as unknown as TrialRecord;
}

const task: SpecOf<"warm-start">["task"] = { kind: "super-resolve", factor: 2 } as never;
const warmSpec = () => ({
  method: "warm-start",
  task,
  image: { name: "a" },
  size: 64,
  seeds: { noise: 1 },
  prior: { kind: "dip", network: { kind: "skip" } },
  starts: [{ by: "risk", kappa: plans.chosenWarmStart.kappa }],
  evaluations: [10],
  guidance: [{ kind: "none" }, { kind: "errors" }],
});
// Two durations, each without and with DIP in the noise estimate.
const warmCurves = {
  duration: [100, 100, 200, 200],
  psnr: [24, 25, 26, 27],
  ssim: [0, 0, 0, 0],
  t0: [50, 50, 20, 20],
  nfe: [10, 10, 10, 10],
  secondsPrior: [1, 1, 2, 2],
  secondsSampler: [0.5, 0.5, 0.5, 0.5],
  iteration: [100, 200],
  dipPsnr: [23, 24.5],
  dipSsim: [0, 0],
  dipSeconds: [1, 2],
};
// The short fit counts of DIP that is shown what is known, the long one of DIP of noise; the others would change every number.
const shownSpec = () => {
  const spec = warmSpec();
  return { ...spec, prior: { ...spec.prior, guess: { place: "input", blur: 1 } } };
};
const warm = [
  record(shownSpec(), { "prior200.psnr": 5 }, { ...warmCurves, psnr: [24, 25, 99, 98] }),
  record(warmSpec(), { "prior200.psnr": 24.5 }, { ...warmCurves, psnr: [9, 8, 26, 27] }),
];
const alone = [
  [10, 22, 0.4],
  [250, 25, 8],
].map(([evaluations, psnr, seconds]) =>
  record(
    {
      method: "ddpm-restore",
      task,
      image: { name: "a" },
      size: 64,
      seeds: { noise: 1 },
      restorer: { kind: "ddnm" },
    },
    { evaluations, "restored.psnr": psnr, seconds } as Metrics,
  ),
);

test("a start comes to the DDPM's quality in the time of its quickest way, and gains by its longest", () => {
  const found = headline.timeToQuality(warm, alone, task);
  assert.deepEqual(found && { ...found, gain: found.gain?.mean }, {
    pairs: 1,
    evaluations: 250,
    seconds: 8,
    reached: 1,
    inThird: 1,
    inThirdAlone: 0,
    inThirdControls: 0,
    gain: 2,
  });
  assert.equal(headline.timeToQuality(warm, [], task), undefined);
});

test("a start without a network is counted with the same hindsight", () => {
  const spread = record(
    {
      ...warmSpec(),
      prior: { kind: "control", of: "spread" },
      starts: [20, 50].map((t) => ({ by: "level", t })),
      guidance: [{ kind: "none" }],
    } as never,
    {},
    {
      ...Object.fromEntries(["duration", "ssim", "secondsPrior"].map((name) => [name, [0, 0]])),
      ...{ psnr: [24, 25.5], t0: [20, 50], nfe: [10, 10], secondsSampler: [0.3, 0.3] },
    },
  );
  const cheaper = record(
    { ...alone[0]?.spec } as never,
    { evaluations: 20, "restored.psnr": 25, seconds: 2.6 } as Metrics,
  );
  const found = headline.timeToQuality(warm, [...alone, cheaper], task, [spread]);
  assert.deepEqual([found?.inThird, found?.inThirdAlone, found?.inThirdControls], [1, 1, 1]);
  assert.equal(headline.timeToQuality(warm, alone, { kind: "super-resolve", factor: 4 } as never, [spread]), undefined);
});

test("at equal time the better of both alone counts, and DIP's share in the estimate is the difference it makes", () => {
  const rows = headline.equalTime(warm, { ddpm: alone, dip: [] }, [task]);
  assert.deepEqual(
    rows.map(({ duration, wins, ahead }) => [duration, wins, ahead.mean]),
    [
      [100, 1, 2],
      [200, 1, 2.5],
    ],
  );
  assert.deepEqual(headline.equalTime(warm, { ddpm: alone, dip: [] }, []), []);
  // Another fit of DIP alone that is better by then.
  const better = record(warmSpec(), {}, { ...warmCurves, dipPsnr: [24.75, 20], dipSeconds: [1, 2] });
  assert.deepEqual(
    headline.equalTime(warm, { ddpm: alone, dip: [better] }, [task]).map(({ wins, ahead }) => [wins, ahead.mean]),
    [
      [1, 0.25],
      [1, 2.25],
    ],
  );
  assert.deepEqual(
    headline.guidanceGain(warm).map(({ duration, gain }) => [duration, gain.mean]),
    [
      [100, 1],
      [200, 1],
    ],
  );
});

test("networks are compared on the images that all have, by the names that the tables have", () => {
  const [usual, other] = plans.comparedNetworks();
  assert.ok(usual && other);
  const of = (network: object, psnr: number) =>
    record({ ...warmSpec(), prior: { kind: "dip", network } }, { "prior200.psnr": psnr }, warmCurves);
  assert.deepEqual(
    headline
      .networkGains([of(usual.network, 24.5)], [of(other.network, 25)], 200)
      .map(({ network, gain }) => [network, gain.mean]),
    [
      [usual.title, 1.5],
      [other.title, 1],
    ],
  );
  assert.deepEqual(headline.networkGains(warm, [], 200), []);
});

test("DIP's best start stands beside noise; without samples of both there is nothing to compare", () => {
  const sample = (frechet: number, start?: object) =>
    record(
      { method: "ddpm-sample", generator: { levels: 10 }, count: 5, ...(start && { start }) },
      { "imagenet.frechet": frechet, "imagenet.recall": 0.5 },
    );
  const starts = [sample(80, { of: "dip", level: 400 }), sample(70, { of: "dip", level: 600 })];
  const found = headline.compareSamples([...starts, sample(60, { of: "image", level: 200 }), sample(90)]);
  assert.deepEqual([found?.level, found?.fromDip.frechet, found?.fromNoise.frechet], [600, 70, 90]);
  assert.equal(headline.compareSamples(starts), undefined);
});

test("costs are added up from the store; a damaged trial is named, a folder that is not there is empty", async () => {
  const folder = temporaryFolder();
  const write = (key: string, seconds: number) =>
    openStore(folder).write({
      ...{ key, spec: { method: "none" }, curves: {}, metrics: {}, images: {}, costs: { seconds, peakMiB: 1 } },
      ...{ versions: {}, machine: { processor: "P", cores: 2, memoryGiB: 1, gpu: false } },
      ...{ engine: "recorded", finishedAt: "2026-01-01T00:00:00.000Z" },
    });
  await write("a", 1800);
  await write("b", 5400);
  assert.deepEqual(headline.readCosts(folder, join(folder, "none")), {
    trials: 2,
    trialHours: 2,
    trainings: [],
    machines: ["P, 2 cores"],
  });
  writeFileSync(join(folder, "c.json"), "{");
  assert.throws(() => headline.readCosts(folder, folder), /the stored trial .*c\.json is damaged/);
  const photos = headline.readCosts(join(folder, "none")).trainings.find(({ name }) => name === "photos");
  assert.ok(photos && photos.hours > 0.1 && photos.parameters > 1e5);
});

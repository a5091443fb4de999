import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClose } from "../../../lib/test/helpers";
import { analysis, type SpecOf, type TrialRecord } from "../src";

type Denoiser = SpecOf<"denoiser">;
const { frameOf, gainsOver, pair, rowsOf, select, stack, summarise } = analysis;

const trial = (kind: string, name: string, noise: number, psnr: number, more: Record<string, number> = {}) =>
  ({
    spec: {
      ...{ method: "denoiser", image: { from: "cbsd68", name }, crop: 128, sigma: 25 / 255, denoiser: { kind } },
      seeds: { noise },
    },
    metrics: { psnr, ...more },
  }) as unknown as TrialRecord<Denoiser>;
const named = (records: TrialRecord<Denoiser>[]) => frameOf(records, ({ denoiser }) => denoiser.kind);
const frame = named([
  trial("tv", "a", 1, 20, { extra: 1 }),
  trial("tv", "a", 2, 22),
  trial("tv", "b", 1, 30),
  trial("tv", "b", 2, 30),
  trial("nlm", "a", 1, 20.5),
  trial("nlm", "a", 2, 21),
  trial("nlm", "b", 1, 31),
  trial("nlm", "b", 2, 31),
]);

test("a frame has one row a trial, with the metrics that all trials have", () => {
  assert.deepEqual(frame.columns, ["variant", "set", "image", "crop", "sigma", "seed", "psnr"]);
  const row = { variant: "tv", set: "cbsd68", image: "a", crop: 128, sigma: 25, seed: 2, psnr: 22 };
  assert.deepEqual(rowsOf(frame)[1], row);
  assert.throws(() => named([]), /a frame of no trials/);
});

test("rows are selected by one value or several; what is not there is named", () => {
  assert.equal(rowsOf(select(frame, { variant: "tv", image: ["a", "b"] })).length, 4);
  assert.throws(() => select(frame, { variant: "bm3d" }), /no row has {"variant":"bm3d"}/);
  assert.throws(() => select(frame, { method: "tv" }), /column: got "method", want one of variant, set/);
});

test("means are over images, seeds averaged first, with intervals over images", () => {
  const [tv, nlm] = rowsOf(summarise(frame, { by: ["variant"], of: ["psnr"] }));
  assert.deepEqual([tv?.variant, tv?.images, tv?.seeds, tv?.psnrMean], ["tv", 2, 2, 25.5]);
  // Two images: every resample is one of them twice, or both.
  assert.deepEqual([tv?.psnrLow, tv?.psnrHigh], [21, 30]);
  assertClose([nlm?.psnrMean as number], [(20.75 + 31) / 2], 1e-12);
});

test("a pair is compared image by image, and refused where the runs differ", () => {
  const found = pair(frame, { of: "psnr", variants: ["nlm", "tv"] });
  assertClose([found.mean, found.worst, found.low, found.high], [0.375, -0.25, -0.25, 1], 1e-12);
  assert.deepEqual([found.images, found.wins], [2, 0.5]);
  const fewer = stack([select(frame, { variant: "tv" }), select(frame, { variant: "nlm", seed: 1 })]);
  assert.throws(() => pair(fewer, { of: "psnr", variants: ["nlm", "tv"] }), /got 2 and 4 runs, want the same/);
});

test("frames below each other keep the columns that all have", () => {
  const other = named([trial("tv", "c", 1, 25, { ssim: 0.5 })]);
  const all = stack([other, frame]);
  assert.deepEqual(all.columns, frame.columns);
  assert.equal(rowsOf(all).length, 9);
});

test("gains are told level by level, against those variants that have the level", () => {
  const [row, ...rest] = gainsOver(frame, "nlm", ["tv"]);
  assert.equal(rest.length, 0);
  const { gain, ...others } = row as { gain: number };
  assertClose([gain], [0.375], 1e-12);
  assert.deepEqual(others, {
    over: "tv",
    sigma: 25,
    images: 2,
    low: -0.25,
    high: 1,
    median: 0.375,
    wins: 0.5,
    worst: -0.25,
  });
  assert.throws(() => gainsOver(frame, "bm3d", ["tv"]), /no row has/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { DataFrame } from "danfojs-node";
import { analysis, type DipFitSpec, plans } from "../src";
import { record } from "./helpers";

const { effectsOver, onSharedImages, oracleTitle, rowsOf, stopsFrame, summariseStops } = analysis;

const at = (name: string, fit: DipFitSpec["fit"]) => plans.dipFitTrial({ from: "cbsd68", name }, { fit });
const plain = { kind: "criteria", training: "plain" } as const;
const quality = (name: string, psnr: number) => ({
  ...{ [`${name}.psnr`]: psnr, [`${name}.ssim`]: 0.9, [`${name}.perceptual`]: 0.1, [`${name}.iteration`]: 10 },
  ...{ [`${name}.detection`]: 20, [`${name}.seconds`]: 2 },
});

test("a row a criterion and trajectory, its gap that to the oracle of the same", () => {
  const records = ["a", "b"].flatMap((name, i) => [
    record(at(name, plain), { ...quality("oracle", 30), ...quality("es-wmv", 29.5 - 2 * i), ...quality("last", 25) }),
    record(at(name, plans.pairFit), { ...quality("oracle", 29), ...quality("risk", 28.9) }),
  ]);
  const table = summariseStops(stopsFrame(records));
  const row = (variant: string) => table.find((one) => one.variant === variant) ?? assert.fail(variant);
  assert.equal(table.length, 4);
  assert.ok(Math.abs((row("ES-WMV").gapMedian as number) - 1.5) < 1e-9);
  assert.ok(Math.abs((row("ES-WMV").gapWorst as number) - 2.5) < 1e-9);
  assert.equal(row("ES-WMV").failures, 0.5);
  assert.equal(row(oracleTitle).gapWorst, 0);
  const risk = row("risk estimate of the antithetic pair");
  assert.deepEqual([risk.runs, risk.needsSigma, risk.images], [2, "yes", 2]);
  assert.ok(Math.abs((risk.gapMedian as number) - 0.1) < 1e-9);
});

test("what mixing would add is told by set and output, means over images", () => {
  const beside = (name: string, gain: number) =>
    record(at(name, { kind: "criteria", training: "sure" }), {
      ...{ "sure.psnr": 28, "sure.besideWeight": 0, "sure.besideGain": 0 },
      ...{ "sure-averaged.psnr": 29, "sure-averaged.besideWeight": 2 * gain, "sure-averaged.besideGain": gain },
    });
  const [output, averaged] = analysis.mixtureTable([beside("a", 0.1), beside("b", 0.3)]);
  assert.deepEqual([output?.gain, output?.largest, averaged?.largest, averaged?.images], [0, 0, 0.3, 2]);
  assert.ok(Math.abs((averaged?.weight as number) - 0.4) < 1e-9 && Math.abs((averaged?.gain as number) - 0.2) < 1e-9);
});

test("two fits averaged are named so", () => {
  const twice = record(at("a", { kind: "criteria", training: "held-out-10", runs: 2 }), {
    ...quality("oracle", 30),
    ...quality("held-out-10", 29.9),
  });
  assert.deepEqual(
    rowsOf(stopsFrame([twice])).map(({ variant, runs }) => [variant, runs]),
    [["held-out pixels, 10 %, two fits", 2]],
  );
});

test("under each condition the criteria that all conditions have, with median and worst gap", () => {
  const noisy = { degradation: { kind: "noise", sigma: 50 / 255, asFile: false } } as const;
  const elsewhere = plans.dipFitTrial({ from: "cbsd68", name: "a" }, { fit: plain, ...noisy });
  const other = plans.dipFitTrial({ from: "other", name: "coins" }, { fit: plain });
  const both = (psnr: number) => ({ ...quality("oracle", 30), ...quality("es-wmv", psnr) });
  const table = analysis.stopsByCondition(
    stopsFrame([
      record(at("a", plain), { ...both(29.5), ...quality("last", 25) }),
      record(at("b", plain), both(28)),
      record(elsewhere, both(26)),
      record(other, both(29)),
    ]),
  );
  assert.deepEqual(table, [
    ...[{ criterion: oracleTitle, "σ 25": 30, "gap, σ 25": "0.00 (0.00)", "σ 50": 30, "gap, σ 50": "0.00 (0.00)" }].map(
      (row) => ({ ...row, "other kinds": 30, "gap, other kinds": "0.00 (0.00)" }),
    ),
    {
      ...{ criterion: "ES-WMV", "σ 25": 28.75, "gap, σ 25": "1.25 (2.00)", "σ 50": 26, "gap, σ 50": "4.00 (4.00)" },
      ...{ "other kinds": 29, "gap, other kinds": "1.00 (1.00)" },
    },
  ]);
});

const psnrs: Record<string, number[]> = {
  reference: [30, 31, 32, 33, 34, 35],
  better: [30.5, 31.52, 32.48, 33.5, 34.51, 35.49],
  "no other": [30.1, 30.88, 32.08, 32.9, 34.13, 34.91],
};
const frame = new DataFrame(
  Object.entries(psnrs).flatMap(([variant, values]) =>
    values.map((psnr, i) => ({ variant, set: "s", sigma: 25, image: `i${i}`, seed: 1, psnr })),
  ),
);

test("the effects of variants, with p-values that hold for all of them at once", () => {
  const [better, none] = effectsOver(frame, { reference: "reference", of: "psnr" });
  assert.ok(better && none);
  assert.ok(Math.abs(better.mean - 0.5) < 1e-9 && better.wins === 1 && better.low > 0.4 && better.high < 0.6);
  // All of one sign: of 64 flips the own and its mirror image are as extreme, and no other variant comes near.
  assert.equal(better.p, 2 / 64);
  assert.ok(none.p > 0.5 && Math.abs(none.mean) < 1e-6, `${none.p}`);
});

test("of many images a spread of flips stands for all: as all of them say of twenty images, and only the own flip where all agree", () => {
  const differences = Array.from({ length: 20 }, (_, i) => 0.08 + 0.3 * Math.sin(7 * i + 1));
  const own = Math.abs(differences.reduce((sum, one) => sum + one, 0));
  // By the sums of all 2^20 flips, built image by image.
  const sums = differences.reduce((all, one) => all.flatMap((sum) => [sum + one, sum - one]), [0]);
  const exact = sums.filter((sum) => Math.abs(sum) >= own * (1 - 1e-9)).length / sums.length;
  const [p = Number.NaN] = analysis.stepDown([differences]);
  assert.ok(exact > 0.02 && exact < 0.3 && Math.abs(p - exact) < 0.003, `${p}, ${exact}`);
  const [agreed = Number.NaN] = analysis.stepDown([Array.from({ length: 24 }, (_, i) => 1 + 0.01 * i)]);
  assert.ok(agreed > 0 && agreed < 1e-4, String(agreed));
  assert.throws(() => analysis.stepDown([differences.concat(differences)]), /images: got 40, want 2 to 32/);
});

test("a variant that is among more has a p-value as large at least", () => {
  const many = new DataFrame([
    ...rowsOf(frame),
    ...Array.from({ length: 6 }, (_, k) =>
      (psnrs.reference as number[]).map((psnr, i) => ({
        ...{ variant: `v${k}`, set: "s", sigma: 25, image: `i${i}`, seed: 1 },
        psnr: psnr + 0.3 * Math.sin(5 * k + 3 * i + 1),
      })),
    ).flat(),
  ]);
  const alone = effectsOver(frame, { reference: "reference", of: "psnr" });
  const among = effectsOver(many, { reference: "reference", of: "psnr" });
  const p = (effects: typeof alone, name: string) => effects.find(({ variant }) => variant === name)?.p ?? Number.NaN;
  assert.ok(p(among, "no other") >= p(alone, "no other") && p(among, "better") >= p(alone, "better"));
});

test("a large effect does not hide a smaller one that all images agree on", () => {
  const larger = (psnrs.reference as number[]).map((psnr, i) => psnr + 5 + Math.sin(i));
  const both = new DataFrame([
    ...rowsOf(frame),
    ...larger.map((psnr, i) => ({ variant: "larger", set: "s", sigma: 25, image: `i${i}`, seed: 1, psnr })),
  ]);
  const effects = effectsOver(both, { reference: "reference", of: "psnr" });
  const p = (name: string) => effects.find(({ variant }) => variant === name)?.p;
  // In one step the larger one is ahead of the smaller under every flip but few.
  assert.deepEqual([p("larger"), p("better")], [2 / 64, 2 / 64]);
});

test("variants on other images, and too few or too many images, are refused", () => {
  const rows = rowsOf(frame);
  const lacking = new DataFrame(rows.filter((row) => row.variant !== "better" || row.image !== "i0"));
  assert.throws(
    () => effectsOver(lacking, { reference: "reference", of: "psnr" }),
    /better and reference: got \d+ and \d+ runs/,
  );
  const one = new DataFrame(rows.filter(({ image }) => image === "i0"));
  assert.throws(() => effectsOver(one, { reference: "reference", of: "psnr" }), /images: got 1, want 2 to 32/);
});

test("only the images that every variant has are shared", () => {
  const rows = rowsOf(frame).filter((row) => row.variant !== "better" || row.image !== "i0");
  const shared = rowsOf(onSharedImages(new DataFrame(rows)));
  assert.equal(shared.length, 15);
  assert.ok(shared.every(({ image }) => image !== "i0"));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { data, ddpm } from "ddpm-dip";
import { analysis, forwardPictures, noiseOfStep, plans, priorsBySet, type SpecOf, type TrialRecord } from "../src";
import { near, told } from "./helpers";

const { denoisingTable, restorationsFrame } = analysis;

type Restore = SpecOf<"ddpm-restore">;
type Sample = SpecOf<"ddpm-sample">;
const [base] = plans.planDdpmDenoise("smoke") as [Restore];

function restored(changes: Partial<Restore>, photo: string, psnr: number, evaluations = 10, seed = 1) {
  const image = { from: "photos", name: photo } as const;
  const spec = { ...base, ...changes, image, seeds: { noise: seed, sampler: seed } };
  const quality = { "plain.psnr": 20, "restored.psnr": psnr, "restored.ssim": 0.9 };
  const metrics = { evaluations, seconds: evaluations / 10, ...quality };
  const images = { plain: "p", restored: `${spec.restorer.kind}`, clean: "c" };
  return { spec, metrics, images, key: "", curves: {} } as unknown as TrialRecord<Restore>;
}

test("denoising: seeds of a photo count as one, and the samplers are compared photo by photo", () => {
  const task = { kind: "denoise", sigma: 25 / 255, clip: false } as const;
  const kinds: [Restore["restorer"], number][] = [
    [{ kind: "one-step" }, 30],
    [{ kind: "self-ensemble" }, 30.2],
    [{ kind: "ddim", evaluations: 10 }, 29.5],
  ];
  const records = kinds.flatMap(([restorer, psnr]) => [
    restored({ task, restorer }, "a", psnr, 1, 1),
    restored({ task, restorer }, "a", psnr + 2, 1, 2),
    restored({ task, restorer }, "b", psnr - 4, 1, 1),
    restored({ task, restorer }, "b", psnr - 4, 1, 2),
  ]);
  const [row] = denoisingTable(restorationsFrame(records));
  assert.equal(row?.task, "denoising, sigma 25");
  near(row?.one, 28.5);
  // Two photos: the interval reaches from the mean of the one to that of the other.
  assert.equal(row?.interval, "26.00 to 31.00");
  near(row?.eight, 28.7);
  near(row?.difference, -0.5);
  assert.equal(row?.differenceInterval, "−0.50 to −0.50");
});

test("a task that no plan has is refused by name", () => {
  const task = { kind: "inpaint", mask: { kind: "hole", share: 0.123 } } as const;
  assert.throws(() => restorationsFrame([restored({ task }, "a", 20)]), /task: got .*0\.123.*want one of half/);
});

function sampled(kind: Sample["generator"]["kind"], distance: number, images: Record<string, string> = {}) {
  const generator = { kind, levels: 10, spacing: "linspace" };
  const spec = { method: "ddpm-sample", checkpoint: { name: "cifar10" }, generator, guidance: 0, count: 1000 };
  const metrics = { evaluations: 10, "imagenet.frechet": distance, "imagenet.frechetFloor": 5 };
  return { spec, metrics, images, key: "", curves: {} } as unknown as TrialRecord<Sample>;
}

test("the best samples have the least distance, and each is shown above its nearest", () => {
  const best = analysis.bestSamples([sampled("ddim", 9), sampled("heun", 7), sampled("ancestral", 8)]);
  assert.equal(best?.spec.generator.kind, "heun");
  assert.equal(analysis.bestSamples([]), undefined);
  const images = { sample0: "a", nearest0: "b", sample1: "c", nearest1: "d", other: "e" };
  const [samples, nearest] = analysis.nearestPictures(sampled("heun", 7, images), 2);
  assert.deepEqual(
    told(
      [samples, nearest].flatMap((row) => row?.images ?? []),
      "source",
    ),
    ["a", "c", "b", "d"],
  );
});

test("two samples of each class, of the trials that kept so many", () => {
  const images = Object.fromEntries([0, 1, 2, 3].map((i) => [`sample${i}`, `${i}`]));
  const rows = analysis.classPictures([sampled("ddim", 9, images), sampled("ddim", 9, { sample0: "0" })], 2);
  assert.deepEqual(
    rows.map(({ images }) => told(images, "source").join()),
    ["0,1", "2,3"],
  );
});

test("the validation of a training in decibels over hours", () => {
  const levels = [{ t: 20, loss: 1, cleanError: 0.01 }];
  const log = { spec: { name: "n" }, validation: [{ step: 1, seconds: 1800, levels }] } as never;
  assert.deepEqual(analysis.validationCurve(log, 20), { x: [0.5], y: [20] });
  assert.throws(() => analysis.validationCurve(log, 50), /n was not validated at t = 50/);
});

test("denoisers in a row each, the sets of crops in columns", () => {
  const row = (prior: string, set: string, psnrMean: number) =>
    ({ prior, set, sigma: 25, images: 1, psnrMean }) as unknown as Parameters<typeof priorsBySet>[0][number];
  const rows = [row("x", "CBSD68, 128x128", 30), row("x", "CBSD68, whole", 31), row("y", "CBSD68, 128x128", 29)];
  assert.deepEqual(priorsBySet([...rows, row("x", "Set14, 128x128", 28)], 25), [
    { prior: "x", CBSD68: 30, Set14: 28 },
    { prior: "y", CBSD68: 29, Set14: "–" },
  ]);
});

test("the noise of a step is that whose matched level the step is", async () => {
  const schedule = ddpm.linearSchedule();
  for (const sigma of [5, 25, 100]) {
    const t = ddpm.matchLevel(schedule, (2 * sigma) ** 2 / 255 ** 2);
    assert.ok(noiseOfStep(schedule, t) >= sigma && noiseOfStep(schedule, t - 1) < sigma);
  }
  const photo = await data.readPhoto("coffee", { size: 16 });
  const [picture] = await forwardPictures(schedule, photo, [58]);
  assert.match(picture?.source ?? "", /^data:image\/png;base64,/);
  assert.equal(picture?.label, `t = 58<br>sigma ${noiseOfStep(schedule, 58).toFixed(0)}`);
  photo.dispose();
});

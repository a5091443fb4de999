import assert from "node:assert/strict";
import { test } from "node:test";
import { listPhotos, writeImage } from "ddpm-dip/data";
import { meanSquaredError } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { assertClose, assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import { computeTrial, plans, type SpecOf } from "../src";
import { openMeasurement } from "../src/measurement";
import { context } from "./helpers";

type Task = SpecOf<"dip-task">;
const skip: Extract<Task["network"], { kind: "skip" }> = {
  ...{ kind: "skip", filters: [8, 8], skipFilters: 4, upsampling: "bilinear" },
};
const [photo = assert.fail()] = listPhotos("test");
const base: Task = {
  method: "dip-task",
  image: { from: "photos", name: photo },
  size: 32,
  channels: 3,
  task: { kind: "denoise", sigma: 25 / 255, clip: false },
  network: skip,
  ...{ input: "noise", iterations: 20, learningRate: 0.01, inputNoise: 1 / 30, readEvery: 5 },
  seeds: { network: 1, input: 1, noise: 1 },
  keepImages: true,
};

test("what is measured of the clean image is the target, except for noise", async () => {
  for (const { title, task } of [{ title: "denoising", task: base.task }, ...plans.cropTasks]) {
    await assertNoLeak(async () => {
      const measurement = await openMeasurement({ ...base, task });
      const { clean, target, plain, operator, mask, known, sigma } = measurement;
      const measured = operator.measure(clean);
      const error = meanSquaredError(measured, target);
      if (sigma > 0) {
        const share = known ? tf.tidy(() => known.mean().dataSync()[0] as number) : 1;
        const deviations = 4 * Math.sqrt(2 / (share * target.size));
        assertClose([error / (share * sigma ** 2)], [1], deviations);
      } else {
        assert.equal(error, 0, title);
      }
      assert.deepEqual(plain.shape, clean.shape, title);
      assert.equal(mask !== undefined, task.kind === "inpaint", title);
      measured.dispose();
      measurement.dispose();
    });
  }
});

test("missing pixels are shown in the mean colour of the known", async () => {
  const measurement = await openMeasurement({ ...base, task: { kind: "inpaint", mask: { kind: "hole", share: 0.5 } } });
  const { clean, plain } = measurement;
  const mask = measurement.mask as tf.Tensor4D;
  const centre = plain.slice([0, 16, 16, 0], [1, 1, 1, 3]).dataSync();
  const known = clean.mul(mask).sum([0, 1, 2]).div(mask.sum()).dataSync();
  assertClose(centre, known, 1e-5);
  measurement.dispose();
});

test("each network does its task, in colour and grey, and leaves nothing behind", async () => {
  const some: Task[] = [
    base,
    { ...base, network: { ...skip, skipFilters: 0 } },
    { ...base, network: { kind: "u-net", filters: [8, 8] } },
    { ...base, network: { kind: "deep-decoder", channels: 8, doublings: 2 } },
    ...[4, 8].map((factor): Task => ({ ...base, task: { kind: "super-resolve", factor, kernel: "lanczos2" } })),
    { ...base, channels: 1 },
    { ...base, network: { kind: "preset", name: "denoise-jpeg" }, size: 64 },
  ];
  const specs = some.map((spec) => ({ ...spec, iterations: 2, readEvery: 1 }));
  await assertNoLeak(async () => {
    for (const spec of specs) {
      const { metrics, images } = await computeTrial(spec, context);
      assert.ok(Object.values(metrics).every(Number.isFinite), JSON.stringify(metrics));
      assert.deepEqual(Object.keys(images).sort(), ["best", "clean", "last", "plain"]);
      assert.ok((metrics["best.psnr"] as number) >= (metrics["last.psnr"] as number));
    }
  });
});

test("a task run twice gives the same curves and images", async () => {
  const spec = { ...base, iterations: 3, readEvery: 1 };
  const [one, two] = [await computeTrial(spec, context), await computeTrial(spec, context)];
  assert.deepEqual([one.curves, one.images], [two.curves, two.images]);
});

test("an image of the paper is read from its folder, and named where it is missing", async () => {
  const before = process.env.DDPM_DIP_PAPER_IMAGES;
  const folder = temporaryFolder();
  process.env.DDPM_DIP_PAPER_IMAGES = folder;
  try {
    const spec: Task = { ...base, image: { from: "paper", name: "a.png" } };
    await assert.rejects(
      openMeasurement(spec),
      /the image a\.png of the Deep Image Prior's paper is not in .*PAPER_IMAGES/,
    );
    const picture = tf.fill([1, 40, 40, 3], 0.5) as tf.Tensor4D;
    await writeImage(`${folder}/a.png`, picture);
    const measurement = await openMeasurement(spec);
    assert.deepEqual(measurement.clean.shape, [1, base.size, base.size, 3]);
    measurement.dispose();
    picture.dispose();
  } finally {
    if (before === undefined) delete process.env.DDPM_DIP_PAPER_IMAGES;
    else process.env.DDPM_DIP_PAPER_IMAGES = before;
  }
});

test("the paper's cases are left out of the smoke profile and follow the presets elsewhere", () => {
  assert.equal(plans.planPaper("smoke").length, 0);
  const cases = plans.planPaper("default");
  assert.deepEqual(
    cases.map(({ iterations, learningRate, input }) => [iterations, learningRate, input]),
    [
      [3000, 0.01, "noise"],
      [2000, 0.01, "noise"],
      [5001, 0.01, "meshgrid"],
      [6001, 0.01, "noise"],
      [11000, 0.001, "noise"],
    ],
  );
});

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { data, ddpm, dip, figure, fusion, metrics, nn, runtime, trials } from "../src";
import { temporaryFolder } from "./helpers";

const { tf } = runtime;
type Bad = [call: () => unknown, message: RegExp];
/** Each value of an option is refused alike. */
const each = <Value>(values: Value[], call: (value: Value) => unknown, message: (value: Value) => RegExp): Bad[] =>
  values.map((value) => [() => call(value), message(value)]);
const image = (...shape: [number, number, number, number]) => tf.zeros<runtime.tf.Rank.R4>(shape);
const drain = (steps: Iterable<unknown>) => Array.from(steps);
const folder = temporaryFolder();
const stream = runtime.openStream(1, "noise");
const schedule = ddpm.linearSchedule(10);

const rows: Record<string, Bad[]> = {
  runtime: [
    ...each(
      [-1, 0.5, Number.NaN, 2 ** 31],
      (seed) => runtime.openStream(seed, "noise"),
      (seed) => new RegExp(`seed: got ${seed}, want a whole number from 0`),
    ),
    [
      () => runtime.encodeSafetensors({ tensors: { a: tf.tensor1d([1], "int32") }, metadata: {} }),
      /tensor "a": got int32, want float32/,
    ],
    [() => runtime.readCheckpoint(join(folder, "none")), /none/],
    [() => runtime.cifar10Folder(), /set DDPM_DIP_CIFAR10 to the folder/],
    [() => runtime.openDisplay(), /there is no notebook cell/],
  ],
  data: [
    ...each(
      [2, 4, 0],
      (channels) => data.readImage(join(folder, "a.png"), { channels: channels as 1 }),
      (channels) => new RegExp(`channels: got ${channels}, want 1 or 3`),
    ),
    ...each(
      [0, -1, 1.5],
      (size) => data.readImage(join(folder, "a.png"), { size }),
      (size) => new RegExp(`size: got ${size}, want a whole number above 0`),
    ),
    [() => data.readImage(join(folder, "a.png")), /cannot read the image .*a.png: it is missing/],
    [() => data.readImage(new Uint8Array()), /cannot read the image in memory: it is empty/],
    ...each(
      ["a.bmp", "a", "a.svg"],
      (name) => data.writeImage(join(folder, name), image(1, 2, 2, 3)),
      () => /got the ending ".*", want one of .png/,
    ),
    [() => data.writeImage(join(folder, "a.jpg"), image(1, 2, 2, 3), { deep: true }), /jpeg holds 8 bits, not 16/],
    [
      () => data.writeImage(join(folder, "a.png"), image(1, 2, 2, 5)),
      /got the shape \[1,2,2,5\], want \[1, height, width, 1 to 4\]/,
    ],
    [() => data.writeImage(join(folder, "a.png"), image(2, 2, 2, 3)), /got the shape \[2,2,2,3\]/],
    ...each(
      [Number.NaN, Number.POSITIVE_INFINITY],
      (value) => data.writeImage(join(folder, "a.png"), tf.fill([1, 2, 2, 3], value) as never),
      (value) => new RegExp(`value 0 is ${value}, want finite`),
    ),
    ...each(
      [0, 1.5, -2],
      (width) => data.resizeImage(image(1, 4, 4, 3), width, 4),
      (width) => new RegExp(`width: got ${width}, want`),
    ),
    [() => data.smoothImage(image(1, 8, 8, 3), -1), /between 0.3 and 1000/],
    [() => data.enlargeBicubic(image(1, 4, 4, 3), 0, 4), /height: got 0, want a whole number above 0/],
    ...each(
      [0, 3, 1.5],
      (factor) => data.createDownsampling([4, 4], factor),
      (factor) => new RegExp(`factor: got ${factor}, want a whole number that divides 4`),
    ),
    ...each(
      [-0.1, 1.1, Number.NaN],
      (keep) => data.drawPixelMask(4, 4, keep as never, stream as never),
      () => /keep: got .*, want a number in \[0, 1\]/,
    ),
    ...each(
      [-1, Number.NaN, Number.POSITIVE_INFINITY],
      (sigma) => data.addGaussianNoise(image(1, 4, 4, 3), sigma, stream),
      (sigma) => new RegExp(`sigma: got ${sigma}, want a number of at least 0`),
    ),
    ...each(
      [0, -1, Number.NaN],
      (peak) => data.addPoissonNoise(image(1, 4, 4, 3), peak, stream),
      (peak) => new RegExp(`peak: got ${peak}, want a number above 0`),
    ),
    [() => data.stabilisePoisson(image(1, 4, 4, 3), 0), /peak: got 0/],
    [() => data.cropCentre(image(1, 4, 4, 3), 5), /5/],
    [() => data.cropImage(image(1, 4, 4, 3), { left: 2, top: 0, width: 3, height: 1 }), /3/],
    [() => data.cropImage(image(1, 4, 4, 3), { left: 0.5, top: 0, width: 1, height: 1 }), /0.5/],
    [() => data.estimateSigmaWavelet(image(2, 8, 8, 3)), /image: got 2 images, want 1/],
    [() => data.estimateSigmaWavelet(image(1, 2, 8, 3)), /image: got 8x2, want sides of at least 4/],
    [() => data.readPhoto("nobody"), /photo: got "nobody", want one of/],
    [() => data.listImageFolder(join(folder, "none")), /cannot read the folder .*none/],
    [() => data.listImageFolder(folder), /no image in .*: want files ending in/],
    [() => data.openPatchSource([], { batch: 1, size: 4 }, stream), /patches: got no photo/],
    [() => data.decodeCifar10(Buffer.alloc(7), "b.bin"), /b.bin is damaged: 7 bytes/],
  ],
  nn: [
    ...each(
      [0, -1, Number.NaN],
      (learningRate) => nn.createAdam({}, { learningRate }),
      (rate) => new RegExp(`learningRate: got ${rate}, want a number above 0`),
    ),
    ...each(
      [1, -0.1],
      (beta2) => nn.createAdam({}, { beta2 }),
      (beta2) => new RegExp(`beta2: got ${beta2}, want a number in \\[0, 1\\)`),
    ),
    [() => nn.createAdam({}, { clipNorm: 0 }), /clipNorm: got 0/],
    [() => nn.embedSteps(tf.tensor1d([1]), 5), /embedding size: got 5, want an even number/],
    [() => nn.averageImages([1, 2, 2, 3], 1), /decay: got 1, want a number in \[0, 1\)/],
    [() => nn.averageWeights({}, 1 as never), /decay: got 1/],
    [() => nn.cosineDecay({ peak: 0, warmup: 0, steps: 10 }), /peak: got 0/],
    [() => nn.cosineDecay({ peak: 1, warmup: 10, steps: 10 }), /warmup: got 10, want a number in \[0, 10\)/],
    [() => nn.warmUp({ peak: 1, steps: 0.5 }), /steps: got 0.5/],
    [() => nn.reflectionPad(image(1, 2, 2, 1), 2), /2/],
    [() => nn.parameter({}, "w"), /no parameter "w"/],
  ],
  ddpm: [
    ...each(
      [0, -1, 1.5],
      (steps) => ddpm.linearSchedule(steps),
      (steps) => new RegExp(`steps: got ${steps}, want a whole number above 0`),
    ),
    [() => ddpm.cosineSchedule(0), /steps: got 0/],
    [() => ddpm.createSchedule([]), /betas: got none/],
    [() => ddpm.createSchedule([0.1, 0, 0.2]), /beta at t = 2: got 0, want a number in \(0, 1\)/],
    ...each(
      [-1, 11, 0.5],
      (t) => ddpm.alphaBarAt(schedule, t),
      (t) => new RegExp(`t: got ${t}, want a whole number from 0 to 10`),
    ),
    ...each(
      [0, 11, 2.5],
      (count) => ddpm.spreadTimes(10, count),
      (count) => new RegExp(`count: got ${count}, want a whole number from 1 to 10`),
    ),
    [() => ddpm.finish([]), /times: got none/],
    [() => ddpm.createUnet({ baseChannels: 12 } as never, 1), /baseChannels: got 12, want a multiple of 8/],
    [() => ddpm.createUnet({ multipliers: [] } as never, 1), /multipliers: got an empty list/],
    [() => ddpm.createUnet({ attentionLevels: [9] } as never, 1), /attentionLevels: got 9/],
    [() => ddpm.createUnet({ classes: -1 } as never, 1), /classes: got -1/],
    [() => ddpm.createResidualUnet({ widths: [], blocks: [] } as never, schedule, 1), /widths: got an empty list/],
    [
      () => ddpm.createResidualUnet({ widths: [8], blocks: [1, 1] } as never, schedule, 1),
      /blocks: got 2 numbers, want 1/,
    ],
    [() => ddpm.openDiffusion("nobody"), /there is no prior "nobody": want photos, bsd, bsd-wide, ffdnet/],
    [() => ddpm.nameCheckpoint("nobody"), /there is no checkpoint "nobody"/],
    [() => ddpm.drawLogNormalTimes(schedule, stream, { mean: 0, deviation: 0, uniformShare: 0 }), /deviation: got 0/],
    [() => ddpm.requireLevel({ lastLevel: 10 } as never, 11), /t: got 11/],
  ],
  dip: [
    ...each(
      [0, -1, 1.5, Number.NaN],
      (iterations) => drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), image(1, 4, 4, 3), { iterations })),
      (count) => new RegExp(`iterations: got ${count}, want a whole number above 0`),
    ),
    ...each(
      [1, -0.5],
      (averageDecay) =>
        drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), image(1, 4, 4, 3), { averageDecay })),
      () => /averageDecay: got .*, want a number in \[0, 1\)/,
    ),
    ...each(
      [-1, Number.NaN],
      (inputNoise) => drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), image(1, 4, 4, 3), { inputNoise })),
      (noise) => new RegExp(`inputNoise: got ${noise}`),
    ),
    ...each(
      [-1, 0],
      (learningRate) =>
        drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), image(1, 4, 4, 3), { learningRate })),
      (rate) => new RegExp(`learningRate: got ${rate}`),
    ),
    [
      () => drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), tf.fill([1, 4, 4, 3], Number.NaN) as never)),
      /target: holds a value that is not a finite number/,
    ],
    [
      () => drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), image(1, 4, 4, 5))),
      /target: got \[1,4,4,5\], but of an image/,
    ],
    [
      () => drain(dip.fitDip(dip.createSkipNetwork({ filters: [2] }, 1), image(1, 4, 4, 3), { seed: -1 })),
      /seed: got -1/,
    ],
    [() => dip.createSkipNetwork({ filters: [] }, 1), /filters: got an empty list/],
    ...each(
      [0, 1.5, -8],
      (channels) => dip.createSkipNetwork({ filters: [channels] }, 1),
      (channels) => new RegExp(`channels: got ${channels}`),
    ),
    [() => dip.createSkipNetwork({ filters: [8], kernels: { down: 2 } } as never, 1), /want an odd number above 0/],
    [
      () => dip.createSkipNetwork({ filters: [8, 8], skipFilters: [1] } as never, 1),
      /skipFilters: got 1 counts, want one for each of 2 scales/,
    ],
    [() => dip.createDeepDecoder({ doublings: 0 } as never, 1), /doublings: got 0/],
    [() => dip.interpolateKnown(image(1, 4, 4, 3), tf.ones([1, 4, 4, 1]), 0), /blur: got 0/],
    [() => dip.interpolateKnown(image(1, 4, 4, 3), image(1, 4, 4, 1), 1), /mask: got no known pixel/],
    [() => dip.stopAfter(0), /iterations: got 0/],
    [() => dip.stopAtWindowedVariance({ window: 1 }), /window: got 1, want a whole number of at least 2/],
    [() => dip.stopAtDiscrepancy(new Float32Array(3), { sigma: 0 }), /sigma: got 0/],
    [() => drain(dip.averageRuns([])), /averageRuns: got no fit/],
  ],
  fusion: [
    ...each(
      [0, -1, Number.NaN],
      (sigma) => fusion.splitByDiffusion(image(1, 4, 4, 3), { sigma, a: 1 }, stream),
      (sigma) => new RegExp(`sigma: got ${sigma}`),
    ),
    ...each(
      [0, -1],
      (a) => fusion.splitByDiffusion(image(1, 4, 4, 3), { sigma: 0.1, a }, stream),
      (a) => new RegExp(`a: got ${a}`),
    ),
    [
      () =>
        fusion.restoreImage({
          measurement: data.createIdentity(),
          measured: image(1, 32, 32, 3),
          sigma: 0,
          size: [32, 32],
          whole: true,
        }),
      /sigma: got 0 for denoising, want a number above 0/,
    ],
    [
      () =>
        fusion.restoreImage(
          {
            measurement: data.createIdentity(),
            measured: image(1, 32, 32, 3),
            sigma: 0.1,
            size: [32, 32],
            whole: true,
          },
          { prior: [] } as never,
        ),
      /prior: got none, want one at least/,
    ],
    [
      () =>
        fusion.restoreImage(
          {
            measurement: data.createIdentity(),
            measured: image(1, 32, 32, 3),
            sigma: 0.1,
            size: [32, 32],
            whole: true,
          },
          { prior: "nobody" } as never,
        ),
      /there is no prior "nobody"/,
    ],
    [() => fusion.leastErrorWeight({ dip: -1, ddpm: 1 } as never), /errors: got -1 and 1/],
    [() => fusion.curriculumLevels({ count: 0, heaviest: 1 } as never), /count: got 0/],
    [() => fusion.startLevel(schedule, Number.NaN), /risk: got NaN/],
  ],
  metrics: [
    [
      () => metrics.psnr(image(1, 4, 4, 3), image(1, 4, 5, 3)),
      /images of different shapes: \[1,4,4,3\] and \[1,4,5,3\]/,
    ],
    [() => metrics.ssim(image(1, 4, 4, 3), image(1, 4, 4, 3)), /SSIM needs sides of at least 11, got 4x4/],
    [() => metrics.bandErrors(image(2, 8, 8, 3), image(2, 8, 8, 3)), /bands: got 2 images, want 1/],
    [() => metrics.bootstrapMean([]), /the mean of no values/],
    [() => metrics.meanPairwiseDistance(image(1, 4, 4, 3)), /pairs: got 1 images, want at least 2/],
    [() => metrics.nearestNeighbours(image(1, 4, 4, 3), [image(1, 5, 5, 3)] as never), /have none among candidates/],
  ],
  "figures and trials": [
    [() => figure.showTable({ id: "Not Fit", rows: [] } as never), /figure id: got "Not Fit"|got no row/],
    [() => figure.showImageGrid({ id: "none", rows: [] } as never), /got no picture/],
    ...each(
      [undefined, 7, { method: "nobody" }, {}],
      (spec) => trials.checkSpec(spec as never),
      () => /method/,
    ),
    [() => trials.runTrials([{ method: "nobody" }]), /nobody/],
    [() => trials.unpackTrials(join(folder, "store"), "none"), /PLAN: got "none", packed are none/],
  ],
};

for (const [room, bad] of Object.entries(rows)) {
  for (const [i, [call, message]] of bad.entries()) {
    test(`${room} ${i}: ${String(call).replace(/\s+/g, " ").slice(6, 90)} is refused: ${message.source}`, async () => {
      await assert.rejects(
        async () => call(),
        (error: Error) => {
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
}

test("nothing was written", () => {
  assert.deepEqual(readdirSync(folder), []);
});

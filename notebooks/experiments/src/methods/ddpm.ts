import { drawPatches } from "ddpm-dip/data";
import {
  cosineSchedule,
  createUnet,
  finish,
  fromModelRange,
  linearSchedule,
  type NoiseSchedule,
  openDenoiser,
  sampleDdim,
  spreadTimes,
  trainDdpm,
} from "ddpm-dip/ddpm";
import { type Network, withParameters } from "ddpm-dip/nn";
import { openStream, tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialContext, type TrialMethod, watch } from "ddpm-dip/trials";
import { sumSimple } from "simple-statistics";
import { readPhotos } from "../imageSource";
import { toDataUri } from "../noisyCrop";
import { owning } from "../owning";
import { openCurves } from "../readings";
import type { SpecOf } from "../spec";
import { ddpmSchema } from "./specs/ddpm";

/** Trains a DDPM on patches of photos and draws samples on the way with the averaged weights. */
const runDdpm: TrialMethod<SpecOf<"ddpm">> = (spec, context) =>
  owning(async (own) => {
    const schedule = (spec.schedule === "linear" ? linearSchedule : cosineSchedule)(spec.noiseSteps);
    const photos = own(await readPhotos(spec.photos));
    const network = own(createUnet(spec.network, spec.seeds.network));
    const patches = openStream(spec.seeds.data, "data");
    const { curves, read } = openCurves();
    const images: Record<string, string> = {};
    let samplingSeconds = 0;
    const { steps, learningRate } = spec;
    const training = trainDdpm(
      network,
      schedule,
      (step) => drawPatches(photos, { count: spec.batch, size: spec.patchSize }, patches, step),
      { steps, learningRate, seed: spec.seeds.training, engine: context.engine },
    );
    const started = Date.now();
    for await (const { step, loss, readAverage } of watch(training, steps, context)) {
      read({ step, loss });
      if (spec.sampleAt.includes(step)) {
        const drawing = Date.now();
        images[`samples${step}`] = await withParameters(network.parameters, readAverage(), () =>
          drawSamples(network, schedule, spec, context),
        );
        samplingSeconds += (Date.now() - drawing) / 1000;
      }
    }
    const seconds = (Date.now() - started) / 1000 - samplingSeconds;
    const { loss = [] } = curves;
    const lastTenth = loss.slice(-Math.max(1, Math.floor(steps / 10)));
    return {
      curves,
      images,
      metrics: {
        lossFirst: loss[0] ?? Number.NaN,
        lossLastTenth: sumSimple(lastTenth) / lastTenth.length,
        secondsPerStep: seconds / steps,
        samplingSeconds,
      },
    };
  });

/** Samples side by side, eight to a row, as one picture. */
const drawSamples = (
  network: Network<[tf.Tensor4D, tf.Tensor1D]>,
  schedule: NoiseSchedule,
  { samples, patchSize: side, seeds, evaluations }: SpecOf<"ddpm">,
  { engine }: TrialContext,
): Promise<string> =>
  owning(async (own) => {
    const start = own(openStream(seeds.sampler, "sampler").normal([samples, side, side, 3]) as tf.Tensor4D);
    const denoiser = own(openDenoiser(network, schedule, [side, side, 3], { engine }));
    const { sample } = finish(sampleDdim(denoiser, start, { times: spreadTimes(schedule.steps, evaluations) }));
    return toDataUri(own(tileImages(own(fromModelRange(own(sample))), Math.min(8, samples))));
  });

/** Lays a batch out in rows with a margin of one white pixel. */
function tileImages(batch: tf.Tensor4D, columns: number): tf.Tensor4D {
  return tf.tidy(() => {
    const margins = [0, 1, 1, 0].map((width): [number, number] => [width, width]);
    const padded = tf.pad(batch, margins, 1);
    const [count, height, width, channels] = padded.shape;
    const rows = Math.floor(count / columns);
    const tiles = padded.slice(0, rows * columns).reshape([rows, columns, height, width, channels]);
    return tiles.transpose([0, 2, 1, 3, 4]).reshape([1, rows * height, columns * width, channels]);
  });
}

defineMethod({ name: "ddpm", revision: 2, schema: ddpmSchema, run: runDdpm });

import { fitDip, pairNetworks } from "ddpm-dip/dip";
import { createPriorNetwork } from "ddpm-dip/fusion";
import { psnr } from "ddpm-dip/metrics";
import { countParameters } from "ddpm-dip/nn";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { holdImage } from "../heldImage";
import { judgeImage, openMeasurement } from "../measurement";
import { toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";
import { followRules } from "../stoppedTask";
import { dipTaskSchema } from "./specs/dipTask";

/**
 * DIP on one task, run to the end, beside what one would have without it and the best of its trajectory. Of a noisy
 * measurement the rules that the spec names say which image to return; with the split the run ends when its rule has
 * stopped and the best is past.
 */
const runDipTask: TrialMethod<SpecOf<"dip-task">> = async (spec, context) => {
  const measurement = await openMeasurement(spec);
  const { clean, target, plain, operator } = measurement;
  const stopping = spec.stopping && followRules(spec.stopping, measurement, spec.seeds.input);
  const create = () => createPriorNetwork(spec.network, spec.channels, spec.seeds.network);
  const twins = stopping?.target.shape[0] === 2;
  const network = twins ? pairNetworks(create(), create()) : create();
  const best = holdImage();
  const latest = holdImage();
  const curves: Record<string, number[]> = { iteration: [], loss: [], psnr: [], psnrAveraged: [] };
  const push = (name: string, value: number) => {
    curves[name] = [...(curves[name] ?? []), value];
  };
  let [highest, judging, ran] = [Number.NEGATIVE_INFINITY, 0, 0];
  const { input, iterations, learningRate, inputNoise, size } = spec;
  const started = performance.now();
  const secondsSoFar = () => (performance.now() - started - judging) / 1000;
  try {
    const fit = fitDip(network, stopping?.target ?? target, {
      input,
      iterations,
      learningRate,
      inputNoise,
      measure: operator.measure,
      imageSize: [size, size],
      seed: spec.seeds.input,
      engine: context.engine,
    });
    for await (const { iteration, loss, output, averagedOutput } of watch(fit, iterations, context)) {
      ran = iteration;
      const image = averageOfTwins(averagedOutput);
      const criteria = stopping?.observe({ iteration, loss, output, averagedOutput }, image, secondsSoFar());
      const over = stopping?.over && iteration >= 1.2 * best.iteration + 100;
      if (iteration % spec.readEvery === 0 || iteration === iterations || over) {
        const judged = performance.now();
        const quality = psnr(image, clean);
        push("iteration", iteration);
        push("loss", loss);
        push(
          "psnr",
          tf.tidy(() => psnr(averageOfTwins(output), clean)),
        );
        push("psnrAveraged", quality);
        for (const [name, value] of Object.entries(criteria ?? {})) push(name, value);
        latest.hold(iteration, image);
        if (quality > highest) {
          highest = quality;
          best.hold(iteration, image);
        }
        judging += performance.now() - judged;
      }
      image.dispose();
      if (over) break;
    }
    const seconds = secondsSoFar();
    const images: Record<string, string> = {};
    if (spec.keepImages) {
      images.clean = await toDataUri(clean);
      images.plain = await toDataUri(plain);
      images.best = await toDataUri(best.image());
      images.last = await toDataUri(latest.image());
    }
    const metrics: Record<string, number> = {
      parameters: countParameters(network.parameters),
      secondsPerIteration: seconds / ran,
      secondsFit: seconds,
      ...judgeImage("plain", plain, measurement),
      ...judgeImage("best", best.image(), measurement),
      iterationBest: best.iteration,
      ...judgeImage("last", latest.image(), measurement),
      psnrOutputLast: curves.psnr?.at(-1) as number,
    };
    for (const { name, image, values } of stopping?.results(seconds) ?? []) {
      Object.assign(metrics, judgeImage(name, image, measurement), values);
      if (spec.keepImages) images[name] = await toDataUri(image);
    }
    return { curves, images, metrics };
  } finally {
    network.dispose();
    best.dispose();
    latest.dispose();
    stopping?.dispose();
    measurement.dispose();
  }
};

/** The image itself, or the mean of two that stand one after the other. The caller's. */
function averageOfTwins(made: tf.Tensor4D): tf.Tensor4D {
  return made.shape[0] === 1 ? made.clone() : tf.tidy(() => made.mean<tf.Tensor4D>(0, true));
}

/** The method "dip-task", registered. */
export const dipTaskMethod = defineMethod({
  name: "dip-task",
  revision: 1,
  schema: dipTaskSchema,
  run: runDipTask,
});

import { fitDip } from "ddpm-dip/dip";
import { createPriorNetwork } from "ddpm-dip/fusion";
import { psnr } from "ddpm-dip/metrics";
import { countParameters } from "ddpm-dip/nn";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { holdImage } from "../heldImage";
import { openMeasurement, scoreImage } from "../measurement";
import { toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";
import { dipTaskSchema } from "./specs/dipTask";

/** DIP on one task, run to the end, beside what one would have without it and the best of its trajectory. */
const runDipTask: TrialMethod<SpecOf<"dip-task">> = async (spec, context) => {
  const measurement = await openMeasurement(spec);
  const { clean, target, plain, operator } = measurement;
  const network = createPriorNetwork(spec.network, spec.channels, spec.seeds.network);
  const best = holdImage();
  const latest = holdImage();
  const curves: Record<"iteration" | "loss" | "psnr" | "psnrAveraged", number[]> = {
    ...{ iteration: [], loss: [], psnr: [], psnrAveraged: [] },
  };
  let [highest, aside] = [Number.NEGATIVE_INFINITY, 0];
  const { input, iterations, learningRate, inputNoise, size } = spec;
  const started = performance.now();
  try {
    const fit = fitDip(network, target, {
      ...{ input, iterations, learningRate, inputNoise, measure: operator.measure, imageSize: [size, size] },
      ...{ seed: spec.seeds.input, engine: context.engine },
    });
    for await (const { iteration, loss, output, averagedOutput } of watch(fit, iterations, context)) {
      if (iteration % spec.readEvery !== 0 && iteration !== iterations) continue;
      const paused = performance.now();
      const quality = psnr(averagedOutput, clean);
      curves.iteration.push(iteration);
      curves.loss.push(loss);
      curves.psnr.push(psnr(output, clean));
      curves.psnrAveraged.push(quality);
      latest.hold(iteration, averagedOutput);
      if (quality > highest) {
        highest = quality;
        best.hold(iteration, averagedOutput);
      }
      aside += performance.now() - paused;
    }
    const seconds = (performance.now() - started - aside) / 1000;
    const shown = { clean, plain, best: best.image(), last: latest.image() };
    const images: Record<string, string> = {};
    for (const [name, image] of Object.entries(spec.keepImages ? shown : {})) images[name] = await toDataUri(image);
    const metrics: Record<string, number> = {
      parameters: countParameters(network.parameters),
      secondsPerIteration: seconds / iterations,
      secondsFit: seconds,
      ...scoreImage("plain", plain, measurement),
      ...scoreImage("best", best.image(), measurement),
      iterationBest: best.iteration,
      ...scoreImage("last", latest.image(), measurement),
      psnrOutputLast: curves.psnr.at(-1) as number,
    };
    return { curves, images, metrics };
  } finally {
    network.dispose();
    best.dispose();
    latest.dispose();
    measurement.dispose();
  }
};

/** The method "dip-task", registered. */
export const dipTaskMethod = defineMethod({
  name: "dip-task",
  revision: 1,
  schema: dipTaskSchema,
  run: runDipTask,
});

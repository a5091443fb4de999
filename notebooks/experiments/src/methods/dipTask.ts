import { fitDip } from "ddpm-dip/dip";
import { createPriorNetwork } from "ddpm-dip/fusion";
import { psnr } from "ddpm-dip/metrics";
import { countParameters } from "ddpm-dip/nn";
import type { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { openMeasurement, scoreImage } from "../measurement";
import { owning } from "../owning";
import { keepPictures, openCurves } from "../readings";
import type { SpecOf } from "../spec";
import { dipTaskSchema } from "./specs/dipTask";

/** DIP on one task, run to the end, beside what one would have without it and the best of its trajectory. */
const runDipTask: TrialMethod<SpecOf<"dip-task">> = (spec, context) =>
  owning(async (own) => {
    const measurement = own(await openMeasurement(spec));
    const { clean, target, plain, operator } = measurement;
    const network = own(createPriorNetwork(spec.network, spec.channels, spec.seeds.network));
    const kept: { best?: tf.Tensor4D; last?: tf.Tensor4D } = own({});
    const keep = (name: keyof typeof kept, image: tf.Tensor4D) => {
      kept[name]?.dispose();
      kept[name] = image.clone();
    };
    const { curves, read } = openCurves();
    let [highest, iterationBest, aside] = [Number.NEGATIVE_INFINITY, 0, 0];
    const { input, iterations, learningRate, inputNoise, size } = spec;
    const started = performance.now();
    const fit = fitDip(network, target, {
      ...{ input, iterations, learningRate, inputNoise, measure: operator.measure, imageSize: [size, size] },
      ...{ seed: spec.seeds.input, engine: context.engine },
    });
    for await (const { iteration, loss, output, averagedOutput } of watch(fit, iterations, context)) {
      if (iteration % spec.readEvery !== 0 && iteration !== iterations) continue;
      const paused = performance.now();
      const quality = psnr(averagedOutput, clean);
      read({ iteration, loss, psnr: psnr(output, clean), psnrAveraged: quality });
      keep("last", averagedOutput);
      if (quality > highest) {
        [highest, iterationBest] = [quality, iteration];
        keep("best", averagedOutput);
      }
      aside += performance.now() - paused;
    }
    const seconds = (performance.now() - started - aside) / 1000;
    const shown = { clean, plain, ...(kept as Required<typeof kept>) };
    const metrics: Record<string, number> = {
      parameters: countParameters(network.parameters),
      secondsPerIteration: seconds / iterations,
      secondsFit: seconds,
      ...scoreImage("plain", plain, measurement),
      ...scoreImage("best", shown.best, measurement),
      iterationBest,
      ...scoreImage("last", shown.last, measurement),
      psnrOutputLast: curves.psnr?.at(-1) as number,
    };
    return { curves, images: await keepPictures(spec.keepImages, shown), metrics };
  });

defineMethod({ name: "dip-task", revision: 1, schema: dipTaskSchema, run: runDipTask });

import { fitDip } from "../../dip";
import { psnr } from "../../metrics";
import { countParameters } from "../../nn";
import { holdImage } from "../heldImage";
import { judgeImage, openMeasurement } from "../measurement";
import { type TrialMethod, watch } from "../method";
import { toDataUri } from "../noisyPhoto";
import { createPriorNetwork } from "../priorNetwork";
import type { SpecOf } from "../spec";

/** Plain DIP on one task, run to the end, beside what one would have without it and the best of its trajectory. */
export const runDipTask: TrialMethod<SpecOf<"dip-task">> = async (spec, context) => {
  const measurement = await openMeasurement(spec);
  const { clean, target, plain, operator } = measurement;
  const network = createPriorNetwork(spec.network, spec.channels, spec.seeds.network);
  const best = holdImage();
  const latest = holdImage();
  const curves = {
    iteration: [] as number[],
    loss: [] as number[],
    psnr: [] as number[],
    psnrAveraged: [] as number[],
  };
  let [highest, judging] = [Number.NEGATIVE_INFINITY, 0];
  const { input, iterations, learningRate, inputNoise, size } = spec;
  const started = performance.now();
  try {
    const fit = fitDip(network, target, {
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
      if (iteration % spec.readEvery !== 0 && iteration !== iterations) continue;
      const judged = performance.now();
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
      judging += performance.now() - judged;
    }
    const seconds = (performance.now() - started - judging) / 1000;
    const images: Record<string, string> = {};
    if (spec.keepImages) {
      images.clean = await toDataUri(clean);
      images.plain = await toDataUri(plain);
      images.best = await toDataUri(best.image());
      images.last = await toDataUri(latest.image());
    }
    return {
      curves,
      images,
      metrics: {
        parameters: countParameters(network.parameters),
        secondsPerIteration: seconds / iterations,
        secondsFit: seconds,
        ...judgeImage("plain", plain, measurement),
        ...judgeImage("best", best.image(), measurement),
        iterationBest: best.iteration,
        ...judgeImage("last", latest.image(), measurement),
        psnrOutputLast: curves.psnr.at(-1) as number,
      },
    };
  } finally {
    network.dispose();
    best.dispose();
    latest.dispose();
    measurement.dispose();
  }
};

import { createSkipNetwork, fitDip, followWindowedVariance } from "ddpm-dip/dip";
import { psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { holdImage } from "../heldImage";
import { readNoisyPhoto, toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";
import { dipSchema } from "./specs/dip";

/**
 * Plain DIP on a noisy photo, run to the end, with the quality of its output and of its averaged output at each
 * reading, the criterion of ES-WMV, and the images at the iterations asked for.
 */
const runDip: TrialMethod<SpecOf<"dip">> = async (spec, context) => {
  const { clean, noisy } = await readNoisyPhoto(spec);
  const network = createSkipNetwork(spec.network, spec.seeds.network);
  const curves = {
    iteration: [] as number[],
    loss: [] as number[],
    psnr: [] as number[],
    psnrAveraged: [] as number[],
    ssimAveraged: [] as number[],
    windowedVariance: [] as number[],
  };
  const images: Record<string, string> = { clean: await toDataUri(clean), noisy: await toDataUri(noisy) };
  const windowed = followWindowedVariance(100);
  const oracle = holdImage();
  let highest = Number.NEGATIVE_INFINITY;
  const { iterations, learningRate, inputNoise } = spec;
  try {
    const fit = fitDip(network, noisy, {
      iterations,
      learningRate,
      inputNoise,
      seed: spec.seeds.input,
      engine: context.engine,
    });
    for await (const { iteration, loss, output, averagedOutput } of watch(fit, iterations, context)) {
      const variance = windowed.update(output.dataSync() as Float32Array) ?? Number.NaN;
      if (spec.keepImages.includes(iteration)) images[`iteration${iteration}`] = await toDataUri(output);
      if (iteration % spec.readEvery !== 0) continue;
      const quality = psnr(averagedOutput, clean);
      curves.iteration.push(iteration);
      curves.loss.push(loss);
      curves.psnr.push(psnr(output, clean));
      curves.psnrAveraged.push(quality);
      curves.ssimAveraged.push(ssim(averagedOutput, clean));
      curves.windowedVariance.push(variance);
      if (quality > highest) {
        highest = quality;
        oracle.hold(iteration, averagedOutput);
      }
    }
    images.oracle = await toDataUri(oracle.image());
    return {
      curves,
      images,
      metrics: {
        psnrNoisy: psnr(noisy, clean),
        psnrOracle: highest,
        ssimOracle: ssim(oracle.image(), clean),
        iterationOracle: oracle.iteration,
        psnrLast: curves.psnrAveraged.at(-1) ?? Number.NaN,
      },
    };
  } finally {
    network.dispose();
    oracle.dispose();
    tf.dispose([clean, noisy]);
  }
};

/** The method "dip", registered. */
export const dipMethod = defineMethod({
  name: "dip",
  revision: 2,
  schema: dipSchema,
  run: runDip,
});

import { createSkipNetwork, fitDip, stopAfterPatience } from "ddpm-dip/dip";
import { estimateRisk, splitByDiffusion } from "ddpm-dip/fusion";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { holdImage } from "../heldImage";
import { readNoisyPhoto, toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";
import { dipSplitSchema } from "./specs/dipSplit";

/**
 * DIP fitted to y+ of the diffusion split, with the risk of its averaged output read on y-. The rule decides where
 * to stop; the run goes on to the end all the same, so that its decision can be held against the oracle of the same
 * trajectory. The true error is for display only.
 */
const runDipSplit: TrialMethod<SpecOf<"dip-split">> = async (spec, context) => {
  const { clean, noisy } = await readNoisyPhoto(spec);
  const split = splitByDiffusion(noisy, { sigma: spec.sigma, a: spec.a }, openStream(spec.splitSeed, "split"));
  const network = createSkipNetwork(spec.network, spec.seeds.network);
  const rule = stopAfterPatience({ patience: spec.patience, window: spec.window });
  const curves = {
    iteration: [] as number[],
    loss: [] as number[],
    risk: [] as number[],
    error: [] as number[],
    psnrAveraged: [] as number[],
  };
  const [returned, oracle] = [holdImage(), holdImage()];
  let highest = Number.NEGATIVE_INFINITY;
  let noticedAt = 0;
  const { iterations, learningRate, inputNoise } = spec;
  try {
    const fit = fitDip(network, split.plus, {
      iterations,
      learningRate,
      inputNoise,
      seed: spec.seeds.input,
      engine: context.engine,
    });
    for await (const { iteration, loss, averagedOutput } of watch(fit, iterations, context)) {
      if (iteration % spec.readEvery !== 0) continue;
      const risk = estimateRisk(averagedOutput, split);
      if (noticedAt === 0) {
        const stop = rule.observe(iteration, risk);
        // Until its window is full the rule has no choice of its own.
        if (rule.best === iteration || rule.best === 0) returned.hold(iteration, averagedOutput);
        if (stop) noticedAt = iteration;
      }
      const quality = psnr(averagedOutput, clean);
      curves.iteration.push(iteration);
      curves.loss.push(loss);
      curves.risk.push(risk);
      curves.error.push(meanSquaredError(averagedOutput, clean));
      curves.psnrAveraged.push(quality);
      if (quality > highest) {
        highest = quality;
        oracle.hold(iteration, averagedOutput);
      }
    }
    return {
      curves,
      images: {
        clean: await toDataUri(clean),
        noisy: await toDataUri(noisy),
        stopped: await toDataUri(returned.image()),
        oracle: await toDataUri(oracle.image()),
      },
      metrics: {
        psnrNoisy: psnr(noisy, clean),
        psnrStopped: psnr(returned.image(), clean),
        ssimStopped: ssim(returned.image(), clean),
        iterationStopped: returned.iteration,
        iterationNoticed: noticedAt || spec.iterations,
        psnrOracle: highest,
        ssimOracle: ssim(oracle.image(), clean),
        iterationOracle: oracle.iteration,
        psnrLast: curves.psnrAveraged.at(-1) ?? Number.NaN,
      },
    };
  } finally {
    network.dispose();
    returned.dispose();
    oracle.dispose();
    tf.dispose([clean, noisy, split.plus, split.minus]);
  }
};

/** The method "dip-split", registered. */
export const dipSplitMethod = defineMethod({
  name: "dip-split",
  revision: 2,
  schema: dipSplitSchema,
  run: runDipSplit,
});

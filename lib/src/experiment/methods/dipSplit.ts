import { createSkipNetwork, fitDip, stopAfterPatience } from "../../dip";
import { estimateRisk, splitByDiffusion } from "../../fusion";
import { meanSquaredError, psnr, ssim } from "../../metrics";
import { openStream, tf } from "../../runtime";
import { type TrialMethod, watch } from "../method";
import { readNoisyPhoto, toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";

/**
 * DIP fitted to y+ of the diffusion split, with the risk of its averaged output read on y-. The rule decides where
 * to stop; the run goes on to the end all the same, so that its decision can be held against the oracle of the same
 * trajectory. The true error is for display only.
 */
export const runDipSplit: TrialMethod<SpecOf<"dip-split">> = async (spec, context) => {
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
  let oracle = { psnr: Number.NEGATIVE_INFINITY, iteration: 0, image: clean.clone() };
  let returned = { iteration: 0, image: clean.clone() };
  let noticedAt = 0;
  const { iterations, learningRate, inputNoise } = spec;
  try {
    const fit = fitDip(network, split.plus, { iterations, learningRate, inputNoise, seed: spec.seeds.input });
    for await (const { iteration, loss, averagedOutput } of watch(fit, iterations, context)) {
      if (iteration % spec.readEvery !== 0) continue;
      const risk = estimateRisk(averagedOutput, split);
      if (noticedAt === 0) {
        const stop = rule.observe(iteration, risk);
        if (rule.best === iteration) {
          returned.image.dispose();
          returned = { iteration, image: averagedOutput.clone() };
        }
        if (stop) noticedAt = iteration;
      }
      const quality = psnr(averagedOutput, clean);
      curves.iteration.push(iteration);
      curves.loss.push(loss);
      curves.risk.push(risk);
      curves.error.push(meanSquaredError(averagedOutput, clean));
      curves.psnrAveraged.push(quality);
      if (quality > oracle.psnr) {
        oracle.image.dispose();
        oracle = { psnr: quality, iteration, image: averagedOutput.clone() };
      }
    }
    return {
      curves,
      images: {
        clean: await toDataUri(clean),
        noisy: await toDataUri(noisy),
        stopped: await toDataUri(returned.image),
        oracle: await toDataUri(oracle.image),
      },
      metrics: {
        psnrNoisy: psnr(noisy, clean),
        psnrStopped: psnr(returned.image, clean),
        ssimStopped: ssim(returned.image, clean),
        iterationStopped: returned.iteration,
        iterationNoticed: noticedAt || spec.iterations,
        psnrOracle: oracle.psnr,
        ssimOracle: ssim(oracle.image, clean),
        iterationOracle: oracle.iteration,
        psnrLast: curves.psnrAveraged.at(-1) ?? Number.NaN,
      },
    };
  } finally {
    network.dispose();
    tf.dispose([clean, noisy, split.plus, split.minus, oracle.image, returned.image]);
  }
};

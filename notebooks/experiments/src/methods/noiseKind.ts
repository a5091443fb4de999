import { estimateSigmaWavelet, neighbourCorrelation, openImageNoise } from "ddpm-dip/data";
import { openDiffusion } from "ddpm-dip/ddpm";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod } from "ddpm-dip/trials";
import { readCrop } from "../imageSource";
import { addNoiseOfKind } from "../noiseKinds";
import { owning } from "../owning";
import type { SpecOf } from "../spec";
import { denoisingOf, followRestoration } from "./followRestoration";
import { noiseKindSchema } from "./specs/restore";

/**
 * The library's `restore` on noise of some kind; errors are in the domain that is denoised, `correlation` of what was taken off.
 */
const runNoiseKind: TrialMethod<SpecOf<"noise-kind">> = (spec, context) =>
  owning(async (own) => {
    const { image, crop, noise, level, settings, priors, seed } = spec;
    const clean = own(await readCrop(image, crop));
    const drawn = own(await addNoiseOfKind(clean, noise, openImageNoise(image, seed)));
    const { noisy, given, target, sigma: present, back } = drawn;
    const sigma = level === "true" ? present : estimateSigmaWavelet(given);
    const metrics: Record<string, number> = { psnrNoisy: psnr(noisy, clean), present, sigma };
    const options = { ...settings, prior: priors.map(openDiffusion), seed };
    const total = Math.max(1, settings.iterations + settings.adaptations);
    let parts = 0;
    const restored = await followRestoration(denoisingOf(given, sigma), options, total, context, (part) => {
      const image = back(part.image.clone());
      metrics[`part${++parts}.psnr`] = psnr(image, clean);
      image.dispose();
    });
    const correlation = neighbourCorrelation(own(tf.sub<tf.Tensor4D>(given, restored.image)));
    const error = meanSquaredError(restored.image, target);
    const result = own(back(restored.image));
    Object.assign(metrics, { psnr: psnr(result, clean), ssim: ssim(result, clean), correlation });
    Object.assign(metrics, { risk: restored.risk, error, seconds: restored.seconds });
    return { curves: {}, metrics, images: {} };
  });

defineMethod({ name: "noise-kind", revision: 1, schema: noiseKindSchema, run: runNoiseKind });

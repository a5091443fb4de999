import { addGaussianNoise, createIdentity, openImageNoise } from "ddpm-dip/data";
import { openDiffusion } from "ddpm-dip/ddpm";
import { beginRestoration, type RestorationTask } from "ddpm-dip/fusion";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod } from "ddpm-dip/trials";
import { openPerceptual } from "../featureCheckpoints";
import { readCrop } from "../imageSource";
import { toDataUri } from "../noisyPhoto";
import { followRestoration } from "./followRestoration";
import { type RestoreSpec, restoreSchema } from "./specs/restore";

/**
 * Makes the degraded image of a spec.
 * @returns the clean image, for metrics only, and the noisy one, [1, height, width, 3] both; the caller's.
 */
export async function readDegraded({
  image,
  crop,
  degradation: { sigma, asFile },
  seed,
}: Pick<RestoreSpec, "image" | "crop" | "degradation" | "seed">): Promise<{ clean: tf.Tensor4D; noisy: tf.Tensor4D }> {
  const clean = await readCrop(image, crop);
  const noisy = tf.tidy(() => {
    const drawn = addGaussianNoise(clean, sigma, openImageNoise(image, seed));
    return asFile ? drawn.clipByValue(0, 1).mul(255).round().div<tf.Tensor4D>(255) : drawn;
  });
  return { clean, noisy };
}

/**
 * Restores by the library's own `restore`, with its settings. Beside the result's quality it stores that of each image that was
 * weighed, its weight and its estimated risk.
 */
const runRestore: TrialMethod<RestoreSpec> = async (spec, context) => {
  const { degradation, settings, seed } = spec;
  const { clean, noisy } = await readDegraded(spec);
  const [, height, width] = clean.shape;
  const task: RestorationTask = {
    measurement: createIdentity(),
    measured: noisy,
    sigma: degradation.sigma,
    size: [height, width],
    whole: true,
  };
  const metrics: Record<string, number> = { psnrNoisy: psnr(noisy, clean) };
  const images: Record<string, string> = {};
  // What a spec leaves open is all and none, whatever the library's own default becomes.
  const open = { adaptedPriors: spec.priors.length, charge: 0 };
  const prior = spec.priors.map(openDiffusion);
  const work = beginRestoration(task, { ...open, ...settings, prior, seed, engine: context.engine });
  try {
    let parts = 0;
    const adapted = Math.min(settings.adaptedPriors ?? spec.priors.length, spec.priors.length);
    const total = settings.iterations + adapted * settings.adaptations;
    const { image, risk, seconds, ...restored } = await followRestoration(work, total, context, async (part) => {
      metrics[`part${++parts}.psnr`] = psnr(part.image, clean);
      if (spec.keepImages) images[part.name] = await toDataUri(part.image);
    });
    try {
      const network = openPerceptual(spec.perceptual);
      const perceptual = network.distance(image, clean)[0] as number;
      network.dispose();
      Object.assign(metrics, { psnr: psnr(image, clean), ssim: ssim(image, clean), perceptual, seconds });
      Object.assign(metrics, { risk, error: meanSquaredError(image, clean), evaluations: restored.evaluations });
      for (const [i, { weight, risk }] of restored.parts.entries()) {
        Object.assign(metrics, { [`part${i + 1}.weight`]: weight, [`part${i + 1}.risk`]: risk });
      }
      if (spec.keepImages) {
        for (const [name, shown] of Object.entries({ clean, noisy, restored: image })) {
          images[name] = await toDataUri(shown);
        }
      }
    } finally {
      image.dispose();
    }
    return { curves: {}, metrics, images };
  } finally {
    tf.dispose([clean, noisy]);
  }
};

/** The method "restore", registered. */
export const restoreMethod = defineMethod({
  name: "restore",
  revision: 1,
  schema: restoreSchema,
  run: runRestore,
});

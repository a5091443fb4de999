import { addGaussianNoise, createIdentity, openImageNoise } from "ddpm-dip/data";
import { beginRestoration, openPrior, type RestorationTask } from "ddpm-dip/fusion";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { z } from "zod";
import { openPerceptual } from "../featureCheckpoints";
import { readCrop } from "../imageSource";
import { toDataUri } from "../noisyPhoto";
import { crop } from "./specs/denoisers";
import { checkpoint, gaussianDegradation, seed, source } from "./specs/fields";

const count = z.int().min(0).max(100_000);

/** Of a trial of the library's `restore`. */
const restoreSchema = z.strictObject({
  method: z.literal("restore"),
  image: source,
  crop,
  /** The method is told its sigma. */
  degradation: gaussianDegradation,
  /** What the library's `settingsOf` says, or others. */
  settings: z.strictObject({
    iterations: count,
    learningRate: z.number().positive().max(1),
    patience: z.int().min(1).max(100_000),
    guess: z.boolean(),
    evaluations: z.int().min(1).max(4000),
    kappa: z.number().positive().max(1000),
    adaptations: count,
    adaptation: z
      .strictObject({
        extraNoise: z.number().positive().max(10).optional(),
        recorruption: z.number().positive().max(10).optional(),
        learningRate: z.number().positive().max(1).optional(),
        averageDecay: z.number().min(0).lt(1).optional(),
        selfEnsemble: z.boolean().optional(),
      })
      .optional(),
  }),
  priors: z.array(checkpoint).min(1).max(3),
  /** The network that the perceptual distance is measured by. */
  perceptual: checkpoint,
  keepImages: z.boolean(),
  /** Of the noise, together with the image's name, and of all that the method draws. */
  seed,
});

/** A trial of the recommended method, as plain data. */
export type RestoreSpec = z.infer<typeof restoreSchema>;

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
  const work = beginRestoration(task, { ...settings, prior: spec.priors.map(openPrior), seed, engine: context.engine });
  try {
    let parts = 0;
    let step = work.next();
    const steps = (function* () {
      for (; !step.done; step = work.next()) yield step.value;
    })();
    const total = settings.iterations + spec.priors.length * settings.adaptations;
    for await (const { part } of watch(steps, Math.max(1, total), context)) {
      if (!part) continue;
      metrics[`part${++parts}.psnr`] = psnr(part.image, clean);
      if (spec.keepImages) images[part.name] = await toDataUri(part.image);
    }
    if (!step.done) throw new Error("the restoration did not come to its end");
    const { image, risk, seconds, ...restored } = step.value;
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
    work.return(undefined as never);
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

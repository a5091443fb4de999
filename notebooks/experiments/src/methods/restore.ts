import { openDiffusion } from "ddpm-dip/ddpm";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { defineMethod, type TrialMethod } from "ddpm-dip/trials";
import { readNoisyCrop, toDataUri } from "../noisyCrop";
import { owning } from "../owning";
import { keepPictures, openQuality } from "../readings";
import type { RestoreSpec } from "../spec";
import { denoisingOf, followRestoration } from "./followRestoration";
import { restoreSchema } from "./specs/restore";

/** Restores by the library's own `restore`, and stores of each image that was weighed its quality, weight and estimated risk. */
const runRestore: TrialMethod<RestoreSpec> = (spec, context) =>
  owning(async (own) => {
    const { degradation, settings, seed } = spec;
    const { clean, noisy } = own(await readNoisyCrop({ ...spec, ...degradation }));
    const metrics: Record<string, number> = { psnrNoisy: psnr(noisy, clean) };
    const images: Record<string, string> = {};
    // What a spec leaves open is all and none, whatever the library's own default becomes.
    const open = { adaptedPriors: spec.priors.length, charge: 0 };
    const options = { ...open, ...settings, prior: spec.priors.map(openDiffusion), seed };
    let parts = 0;
    const adapted = Math.min(settings.adaptedPriors ?? spec.priors.length, spec.priors.length);
    const total = settings.iterations + adapted * settings.adaptations;
    const task = denoisingOf(noisy, degradation.sigma);
    const restored = await followRestoration(task, options, total, context, async ({ name, image }) => {
      const part = `part${++parts}`;
      Object.assign(metrics, { [`${part}.psnr`]: psnr(image, clean), [`${part}.ssim`]: ssim(image, clean) });
      if (spec.keepImages) images[name] = await toDataUri(image);
    });
    const { risk, seconds } = restored;
    const image = own(restored.image);
    Object.assign(metrics, own(openQuality(clean, spec.perceptual)).of(image), { seconds });
    const kept = restored.parts.filter(({ name }) => name.startsWith("adapted ")).length;
    Object.assign(metrics, { risk, error: meanSquaredError(image, clean), ...(settings.adaptations > 0 && { kept }) });
    for (const [i, { weight, risk }] of restored.parts.entries()) {
      Object.assign(metrics, { [`part${i + 1}.weight`]: weight, [`part${i + 1}.risk`]: risk });
    }
    Object.assign(images, await keepPictures(spec.keepImages, { clean, noisy, restored: image }));
    return { curves: {}, metrics, images };
  });

defineMethod({ name: "restore", revision: 1, schema: restoreSchema, run: runRestore });

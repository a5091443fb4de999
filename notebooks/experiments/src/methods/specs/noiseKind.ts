import { z } from "zod";
import { crop } from "./denoisers";
import { checkpoint, seed, source } from "./fields";
import { restoreSettings } from "./restore";

const sigma = z.number().positive().max(1);

/** How an image is made noisy. */
export const noiseKind = z.discriminatedUnion("kind", [
  /** White Gaussian. */
  z.strictObject({ kind: z.literal("gaussian"), sigma }),
  /** Photons at the value 1; where it is stabilised, Anscombe's transform stands before the denoising and its inverse after. */
  z.strictObject({ kind: z.literal("poisson"), peak: z.number().positive().max(1e6), stabilised: z.boolean() }),
  /** White Gaussian, then a JPEG file of that quality. */
  z.strictObject({ kind: z.literal("jpeg"), sigma, quality: z.int().min(1).max(100) }),
  /** White Gaussian on a Bayer mosaic, brought to all pixels by bilinear demosaicking; sigma is that of the mosaic. */
  z.strictObject({ kind: z.literal("demosaicked"), sigma }),
]);

/** Of a trial of the library's `restore` on noise of another kind than it is made for. */
export const noiseKindSchema = z.strictObject({
  method: z.literal("noise-kind"),
  image: source,
  crop,
  noise: noiseKind,
  /** What the method takes as noise level: the root mean square of the noise that there is, or the wavelet estimate. */
  level: z.enum(["true", "wavelet"]),
  settings: restoreSettings,
  priors: z.array(checkpoint).min(1).max(3),
  /** Of the noise, together with the image's name, and of all that the method draws. */
  seed,
});

/** A trial on noise of some kind, as plain data. */
export type NoiseKindSpec = z.infer<typeof noiseKindSchema>;

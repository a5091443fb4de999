import { z } from "zod";
import { crop, denoiser } from "./denoisers";
import { checkpoint, seed, source } from "./fields";

/** Of a trial of a denoiser of images in their natural size. */
export const denoiserSchema = z
  .strictObject({
    method: z.literal("denoiser"),
    image: source,
    crop,
    /** Standard deviation of the Gaussian noise, image units; the denoiser is told it. */
    sigma: z.number().positive().max(1),
    denoiser,
    /** The network that the perceptual distance is measured by; it is not measured where left out. */
    perceptual: checkpoint.optional(),
    /** Whether the clean, the noisy and the denoised image are stored. */
    keepImages: z.boolean(),
    /** Of the noise together with the image's name; of the network of a denoiser that has one to train. */
    seeds: z.strictObject({ noise: seed, network: seed.optional() }),
  })
  .refine(({ denoiser: { kind }, seeds }) => (kind === "zs-n2n") === (seeds.network !== undefined), {
    path: ["seeds", "network"],
    message: "want a seed for zs-n2n, and none for the others",
  });

/** A trial of a denoiser of images in their natural size, as plain data. */
export type DenoiserSpec = z.infer<typeof denoiserSchema>;

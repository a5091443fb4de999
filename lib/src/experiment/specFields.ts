import { z } from "zod";
import { downsamplingKernels } from "../data";
import { presetNames } from "../dip";

export const seed = z.int().min(0).max(0x7fffffff);
export const size = z.int().min(16).max(512);
export const sigma = z.number().min(0).max(1);
export const iterations = z.int().min(1).max(100_000);

export const noisyPhotoFields = {
  /** An embedded photo, by name. */
  photo: z.string().min(1),
  /** Side of the square that the photo is brought to, pixels. */
  size,
  /** Standard deviation of the Gaussian noise, image units. */
  sigma,
};

/** How a prior is fitted. */
export const fitFields = {
  iterations,
  learningRate: z.number().positive().max(1),
  inputNoise: z.number().min(0).max(1),
  /** Every how many iterations the curves are read. */
  readEvery: z.int().min(1).max(1000),
  seeds: z.strictObject({ network: seed, input: seed, noise: seed }),
};

/** A skip network fitted to a noisy photo. */
export const dipFields = {
  ...noisyPhotoFields,
  network: z.strictObject({
    filters: z.array(z.int().min(1).max(512)).min(1).max(6),
    skipFilters: z.int().min(0).max(128),
  }),
  ...fitFields,
};

/** How a photo is made noisy. */
export const noise = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("gaussian"), sigma: z.number().positive().max(1) }),
  /** Photons at the value 1. */
  z.strictObject({ kind: z.literal("poisson"), peak: z.number().positive().max(1e6) }),
]);

/** An image by name: embedded in data/photos, or in the folder of the paper's own images. */
export const source = z.strictObject({ from: z.enum(["photos", "paper"]), name: z.string().min(1) });
const channels = z.array(z.int().min(1).max(512)).min(1).max(6);

/** What is to be undone. */
export const task = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("denoise"), sigma, /** Noisy values cut to [0, 1]. */ clip: z.boolean() }),
  z.strictObject({
    kind: z.literal("inpaint"),
    mask: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("pixels"), keep: z.number().min(0).max(1) }),
      z.strictObject({ kind: z.literal("hole"), share: z.number().positive().max(0.9) }),
      z.strictObject({ kind: z.literal("text") }),
      z.strictObject({ kind: z.literal("paper"), name: z.string().min(1) }),
    ]),
    /** Of noise in the known pixels; none where left out. */
    sigma: sigma.optional(),
  }),
  z.strictObject({
    kind: z.literal("super-resolve"),
    factor: z.int().min(2).max(8),
    kernel: z.enum(downsamplingKernels),
    /** Of noise in the small image; none where left out. */
    sigma: sigma.optional(),
  }),
]);

/** The U-Net of a DDPM. */
export const unetFields = {
  baseChannels: z.int().min(8).max(256).multipleOf(8),
  multipliers: z.array(z.int().min(1).max(8)).min(1).max(5),
  blocks: z.int().min(1).max(4),
};

/** Every network that can be a prior. */
export const priorNetwork = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("preset"), name: z.enum(presetNames) }),
  z.strictObject({
    kind: z.literal("skip"),
    filters: channels,
    skipFilters: z.int().min(0).max(128),
    upsampling: z.enum(["nearest", "bilinear"]),
  }),
  z.strictObject({ kind: z.literal("u-net"), filters: channels }),
  z.strictObject({
    kind: z.literal("deep-decoder"),
    channels: z.int().min(1).max(1024),
    doublings: z.int().min(1).max(7),
  }),
  z.strictObject({ kind: z.literal("ddpm-unet"), ...unetFields }),
]);

/** A trained DDPM of data/checkpoints, by name and by the start of its file's SHA-256. */
export const checkpoint = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  digest: z.string().length(16),
});
export const evaluations = z.int().min(1).max(4000);

/** How an image is restored by a trained DDPM. */
export const restorer = z.discriminatedUnion("kind", [
  /** The posterior mean at the matched level. */
  z.strictObject({ kind: z.literal("one-step") }),
  /** DDIM from the matched level. */
  z.strictObject({ kind: z.literal("ddim"), evaluations }),
  z.strictObject({ kind: z.literal("ddnm"), evaluations, eta: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal("dps"), evaluations, scale: z.number().min(0).max(1000) }),
  z.strictObject({
    kind: z.literal("repaint"),
    levels: evaluations,
    repeats: z.int().min(1).max(100),
    jump: z.int().min(1).max(1000),
  }),
]);

/** How samples are drawn. */
export const generator = z.strictObject({
  kind: z.enum(["ancestral", "ddim", "dpm-solver", "heun"]),
  /** Levels visited; Heun evaluates nearly twice as often. */
  levels: evaluations,
  spacing: z.enum(["linspace", "leading", "trailing"]),
});

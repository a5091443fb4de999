import { sampledTransforms } from "ddpm-dip/data";
import { presetNames } from "ddpm-dip/dip";
import { z } from "zod";

export const seed = z.int().min(0).max(0x7fffffff);
export const size = z.int().min(16).max(512);
export const sigma = z.number().min(0).max(1);
/** Of an image that has noise. */
export const noiseSigma = z.number().positive().max(1);
export const iterations = z.int().min(1).max(100_000);

/**
 * An image by name: a photo embedded in data/photos, one of other kinds there, in the folder of the paper's own images, in those of
 * Set14 and CBSD68, or one of BSD400's that are kept out of training.
 */
export const source = z.strictObject({
  from: z.enum(["photos", "other", "paper", "set14", "cbsd68", "bsd400-tune"]),
  name: z.string().min(1),
});
const channels = z.array(z.int().min(1).max(512)).min(1).max(6);

/** Gaussian noise on an image in its natural size. */
export const gaussianDegradation = z.strictObject({
  kind: z.literal("noise"),
  sigma: noiseSigma,
  /** Whether the noisy values are cut to [0, 1] and rounded to the 256 of a file. */
  asFile: z.boolean(),
});

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
    kernel: z.literal("lanczos2"),
    /** Of noise in the small image; none where left out. */
    sigma: sigma.optional(),
  }),
  z.strictObject({
    kind: z.literal("deblur"),
    /** Deviation of the Gaussian, pixels. */
    blur: z.number().positive().max(20),
    /** None: the pseudo-inverse of a blur colours noise. */
    sigma: z.undefined().optional(),
  }),
  z.strictObject({
    kind: z.literal("compressed-sensing"),
    /** Of which transform a share is measured. */
    of: z.enum(sampledTransforms),
    keep: z.number().positive().max(0.9),
    /** Of noise in the measured values; none where left out. */
    sigma: sigma.optional(),
  }),
]);

/** An image in colour, brought to a square, and what is to be undone. */
export const taskFields = { image: source, size, channels: z.literal(3), task };

/** The U-Net of a DDPM. */
export const unetFields = {
  baseChannels: z.int().min(8).max(256).multipleOf(8),
  multipliers: z.array(z.int().min(1).max(8)).min(1).max(5),
  blocks: z.int().min(1).max(4),
};

export const learningRate = z.number().positive().max(1);

/** How an untrained network is fitted. */
export const fitFields = {
  learningRate,
  inputNoise: z.number().min(0).max(1),
};

/** Every how many iterations the curves of a fit are read. */
export const readEvery = z.int().min(1).max(1000);

/** Decay of the average of the outputs; that of `fitDip` where left out. */
export const averageDecay = z.number().min(0).lt(1).optional();

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
]);

/** A trained DDPM of data/checkpoints, by name and by the start of its file's SHA-256. */
export const checkpoint = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  digest: z.string().length(16),
});
export const evaluations = z.int().min(1).max(4000);

/** The network that the perceptual distance is measured by; not measured where left out. */
export const perceptual = checkpoint.optional();

/** Reverse diffusions whose mean is the image; one where left out. */
export const draws = z.int().min(2).max(16).optional();

/** A side of the square in the middle of an image, pixels, cut out and never shrunk; or all of the image. */
export const crop = z.union([size, z.literal("full")]);

import { sampledTransforms } from "ddpm-dip/data";
import { presetNames } from "ddpm-dip/dip";
import { z } from "zod";

export const seed = z.int().min(0).max(0x7fffffff);
export const size = z.int().min(16).max(512);
export const sigma = z.number().min(0).max(1);
export const iterations = z.int().min(1).max(100_000);

/** How a prior is fitted. */
export const fitFields = {
  iterations,
  learningRate: z.number().positive().max(1),
  inputNoise: z.number().min(0).max(1),
  /** Every how many iterations the curves are read. */
  readEvery: z.int().min(1).max(1000),
  seeds: z.strictObject({ network: seed, input: seed, noise: seed }),
};

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
  sigma: z.number().positive().max(1),
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
  /** The mean of that over the image's eight flips and rotations. */
  z.strictObject({ kind: z.literal("self-ensemble") }),
  /** DDIM from the matched level. */
  z.strictObject({ kind: z.literal("ddim"), evaluations }),
  z.strictObject({ kind: z.literal("ddnm"), evaluations, eta: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal("dps"), evaluations, scale: z.number().min(0).max(1000) }),
  z.strictObject({
    kind: z.literal("diffpir"),
    evaluations,
    lambda: z.number().positive().max(1000),
    zeta: z.number().min(0).max(1),
  }),
  z.strictObject({
    kind: z.literal("repaint"),
    levels: evaluations,
    repeats: z.int().min(1).max(100),
    jump: z.int().min(1).max(1000),
  }),
]);

/** Where a warm start of a restoration comes from. */
export const warmPrior = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("dip"),
    network: priorNetwork,
    input: z.enum(["noise", "meshgrid"]),
    learningRate: z.number().positive().max(1),
    inputNoise: z.number().min(0).max(1),
    /** Decay of the average of the outputs; that of `fitDip` where left out. */
    averageDecay: z.number().min(0).lt(1).optional(),
    /** Share of what was measured that the fit does not see, and by which its error is estimated. */
    heldOut: z.number().positive().max(0.5),
    /** What is known, spread with this blur in pixels: in the network's input or under its output; not used where left out. */
    guess: z.strictObject({ place: z.enum(["input", "output"]), blur: z.number().positive().max(20) }).optional(),
    /** Iterations after which its image is tried as a start, rising. */
    durations: z.array(iterations).min(1).max(20),
  }),
  /** What one has without a network: the observation spread, or the image of least total variation that measures so. */
  z.strictObject({ kind: z.literal("control"), of: z.enum(["spread", "variation"]) }),
]);

/** The level that a warm start begins at. */
export const startLevelRule = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("level"), t: z.int().min(1).max(4000) }),
  /** The first t with (1 - alphaBar)/alphaBar >= 4 kappa times the estimated error. */
  z.strictObject({ by: z.literal("risk"), kappa: z.number().positive().max(1000) }),
]);

const share = z.number().min(0).max(1);

/** What DIP says on the way down. */
export const guidance = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  /** DIP's weight the same at all levels. */
  z.strictObject({ kind: z.literal("fixed"), weight: share }),
  /** DIP's weight in proportion to the level. */
  z.strictObject({ kind: z.literal("falling"), first: share }),
  /** Least error: DIP's estimated one, times the factor, against the DDPM's own at the level. */
  z.strictObject({
    kind: z.literal("errors"),
    factor: z.number().positive().max(1000),
    correlation: z.number().gt(-1).lt(1),
    /** Earlier images of the fit at the levels that cover their errors, in place of the last at all. */
    snapshots: z.boolean(),
  }),
]);

/** A DDPM's mean squared error of x_0 by level. */
export const levelErrors = z.array(z.strictObject({ t: z.int().min(1), cleanError: z.number().positive() })).max(100);

/** How samples are drawn. */
export const generator = z.strictObject({
  kind: z.enum(["ancestral", "ddim", "dpm-solver", "heun"]),
  /** Levels visited; Heun evaluates nearly twice as often. */
  levels: evaluations,
  /** Even in t, or in sigma^(1/7) (Karras et al. 2022). */
  spacing: z.enum(["linspace", "trailing", "karras"]),
});

/** What DIP gives to a training of a DDPM. */
export const trainingPrior = z.discriminatedUnion("kind", [
  /** A conditional process that learns the residual of a guess mu of the degraded image. */
  z.strictObject({
    kind: z.literal("shift"),
    of: z.enum(["none", "given", "blurred", "mean", "dip"]),
    /** Of DIP; 0 for the others. */
    iterations: z.int().min(0).max(100_000),
    /** Whether the process starts from mu; else mu is only told to the network. */
    shifted: z.boolean(),
  }),
  /** A generator trained as usual. */
  z.strictObject({ kind: z.literal("plain") }),
  /** A generator whose weights were first fitted as a DIP's to a few training images. */
  z.strictObject({ kind: z.literal("weights"), images: z.int().min(1).max(256), iterations }),
  /** A generator that is shown smooth images first: equal shares of the steps, the last on the images themselves. */
  z.strictObject({
    kind: z.literal("curriculum"),
    of: z.enum(["dip", "blurred"]),
    /** Iterations of DIP, or widths of the blur in pixels, stage by stage. */
    stages: z.array(z.number().positive().max(100_000)).min(1).max(10),
  }),
]);

/** What samples start from: training images, noised to a level. */
export const sampleStart = z.strictObject({
  /** What DIP makes of them, they themselves, or they blurred. */
  of: z.enum(["dip", "image", "blurred"]),
  level: z.int().min(1).max(4000),
  /** How many images; each serves as many samples as the others. */
  sources: z.int().min(1).max(10_000),
  /** Of DIP. */
  iterations,
});

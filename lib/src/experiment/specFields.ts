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

/** Where a warm start of a restoration comes from. */
export const warmPrior = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("dip"),
    network: priorNetwork,
    input: z.enum(["noise", "meshgrid"]),
    learningRate: z.number().positive().max(1),
    inputNoise: z.number().min(0).max(1),
    /** Share of what was measured that the fit does not see, and by which its error is estimated. */
    heldOut: z.number().positive().max(0.5),
    /** Iterations after which its image is tried as a start, rising. */
    durations: z.array(iterations).min(1).max(20),
  }),
  /** What one has without a prior: the measurement in the image's size, blurred, its median, or its mean colour. */
  z.strictObject({ kind: z.literal("control"), of: z.enum(["given", "blurred", "median", "mean"]) }),
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
  spacing: z.enum(["linspace", "leading", "trailing", "karras"]),
});

/** Patience of a rule that follows a minimum. */
const patience = {
  /** Iterations without a better reading after which it stops. */
  patience: z.int().min(1).max(100_000),
  /** Readings that are averaged before they are compared. */
  window: z.int().min(1).max(1000),
};

/** How a fit of a noisy measurement is stopped. */
export const taskStopping = z.discriminatedUnion("kind", [
  /** The measurement split, once or as an antithetic pair; stopped by the estimated risk of what is measured. */
  z.strictObject({ kind: z.literal("split"), pair: z.boolean(), a: z.number().positive().max(10), ...patience }),
  /** The measurement itself, by the rules that leave training as it is. */
  z.strictObject({ kind: z.literal("rules") }),
]);

/** Stages of noise on the target, heavy to clean. */
const stages = z.strictObject({
  count: z.int().min(1).max(100),
  /** Of the first stage, in sigmas of the image's noise. */
  heaviest: z.number().positive().max(100),
  schedule: z.enum(["linear", "cosine", "geometric"]),
  draws: z.enum(["fresh", "fixed"]),
  ...patience,
});

/** A DDPM as the guide of a fit: of its output, or of what it is fitted to. */
const guide = z.discriminatedUnion("of", [
  z.strictObject({
    of: z.literal("output"),
    checkpoint,
    weight: z.number().min(0).max(1000),
    every: z.int().min(1).max(10_000),
    levels: z.discriminatedUnion("by", [
      z.strictObject({ by: z.literal("range"), low: z.int().min(1), high: z.int().max(10_000) }),
      z.strictObject({ by: z.literal("risk"), kappa: z.number().positive().max(100) }),
    ]),
  }),
  z.strictObject({ of: z.literal("target"), checkpoint, weight: z.number().min(0).max(1000) }),
]);

/** Terms beside the squared error. */
const terms = z.strictObject({
  /** Distance from the DDPM's guess of the target, in the features of the DDPM's encoder at level t. */
  perceptual: z
    .strictObject({ checkpoint, t: z.int().min(1).max(4000), weight: z.number().min(0).max(1000) })
    .optional(),
  /** A discriminator between the output and patches of the train photos. */
  adversarial: z
    .strictObject({ weight: z.number().min(0).max(1000), learningRate: z.number().positive().max(1) })
    .optional(),
});

/** How an image is denoised: what is fitted to what, and who judges it. */
export const arm = z.discriminatedUnion("kind", [
  /** DIP on one diffusion split, or twins on an antithetic pair, stopped by the estimated risk. */
  z.strictObject({
    kind: z.literal("split"),
    pair: z.boolean(),
    /** Extra noise of the split, as a share of sigma. */
    a: z.number().positive().max(10),
    ...patience,
    stages: stages.optional(),
    guide: guide.optional(),
    /** The learning rate goes along a line from `first` to `last` times itself, at the last iteration. */
    rate: z.strictObject({ first: z.number().positive().max(10), last: z.number().positive().max(10) }).optional(),
    terms: terms.optional(),
    /** What is done on the same split once DIP has stopped. */
    weigh: z
      .strictObject({
        /** The DDPM's guess from the target, weighed with DIP's image by the held-out one. */
        checkpoint,
        /** The DDPM adapted to the target, weighed in as well. */
        adapt: z
          .strictObject({
            iterations,
            learningRate: z.number().positive().max(1),
            /** Extra noise of the recorruption, as a share of the target's noise. */
            a: z.number().positive().max(10),
            ...patience,
          })
          .optional(),
      })
      .optional(),
  }),
  /** Fits of the noisy image itself, one or the average of several. */
  z.strictObject({
    kind: z.literal("plain"),
    runs: z.int().min(1).max(8),
    /** Langevin noise on the kernels, in learning rates; 0 for none. */
    weightNoise: z.number().min(0).max(100),
  }),
  /** A network that is fed its own output. */
  z.strictObject({
    kind: z.literal("fed-back"),
    start: z.enum(["image", "noise"]),
    renewEvery: iterations,
    autoencoding: z.number().min(0).max(100),
    /** Noise on the first input, image units; it falls along a line to 0 at the last. */
    inputNoise: z.number().min(0).max(10),
  }),
  /** Stages of noise on the clean image: what a published scheme that leaks is worth. */
  z.strictObject({
    kind: z.literal("leak"),
    count: z.int().min(1).max(100),
    heaviest: z.number().positive().max(100),
  }),
]);

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

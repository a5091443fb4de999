import { currentProfile } from "./common";
import { guides, pairArm, stages } from "./denoise";
import type { Denoise, SplitArm } from "./denoiseCells";

/** What a variant changes in the spec of the pair. */
type Change = Partial<Pick<Denoise, "arm" | "network" | "learningRate" | "inputNoise" | "averageDecay" | "toldSigma">>;

/** A value of a knob other than the chosen one. */
export interface Variant {
  value: string;
  change: Change;
}

/** Something that could have been chosen otherwise. */
export interface Knob {
  knob: string;
  /** The part of the method that it belongs to. */
  part: "split" | "staged supervision" | "network" | "fit" | "guidance" | "terms" | "noise level";
  /** The chosen value; a variant is compared with the trials of it. */
  chosen: Variant;
  variants: Variant[];
}

/**
 * Every knob of the pair that takes a fit of its own, one turned at a time around the chosen configuration. What only changes
 * how a stored trajectory is read (patience, window) needs no plan.
 */
export function knobs(profile = currentProfile()): Knob[] {
  const arm = (changes: Partial<SplitArm> = {}): Change => ({ arm: pairArm(profile, changes) });
  const chosen = (value: string): Variant => ({ value, change: arm() });
  const skip = { kind: "skip", filters: [32, 32, 32, 32], skipFilters: 4, upsampling: "bilinear" } as const;
  const network = (changes: { filters?: number[]; skipFilters?: number; upsampling?: "nearest" }): Change => ({
    ...arm(),
    network: { ...skip, filters: [...skip.filters], ...changes },
  });
  const fit = (changes: Change): Change => ({ ...arm(), ...changes });
  const own = stages(profile);
  const { target, output } = guides();
  const staged = (changes: Partial<NonNullable<SplitArm["stages"]>>) => arm({ stages: { ...own, ...changes } });
  const guided = (terms: NonNullable<SplitArm["terms"]>) => arm({ guide: target, terms });
  const perceptual = { checkpoint: target.checkpoint, t: 20 };
  const all: Knob[] = [
    {
      knob: "balance a of the pair",
      part: "split",
      chosen: chosen("0.5"),
      variants: [0.25, 1].map((a) => ({ value: String(a), change: arm({ a }) })),
    },
    {
      knob: "one split in place of the pair",
      part: "split",
      chosen: chosen("pair"),
      variants: [{ value: "single, a = 0.25", change: arm({ pair: false, a: 0.25 }) }],
    },
    {
      knob: "noise of the stages",
      part: "staged supervision",
      chosen: chosen("no stages"),
      variants: [
        { value: "4, fresh", change: arm({ stages: own }) },
        { value: "4, fixed", change: arm({ stages: { ...own, draws: "fixed" } }) },
      ],
    },
    {
      knob: "number of stages",
      part: "staged supervision",
      chosen: { value: "4", change: staged({}) },
      variants: [2, 8].map((count) => ({ value: String(count), change: staged({ count }) })),
    },
    {
      knob: "schedule of the stages",
      part: "staged supervision",
      chosen: { value: "linear", change: staged({}) },
      variants: (["cosine", "geometric"] as const).map((schedule) => ({
        value: schedule,
        change: staged({ schedule }),
      })),
    },
    {
      knob: "heaviest noise of the stages",
      part: "staged supervision",
      chosen: { value: "the photo's", change: staged({}) },
      variants: [0.5, 2].map((heaviest) => ({
        value: `${heaviest} of it`,
        change: staged({ heaviest }),
      })),
    },
    {
      knob: "depth of the network",
      part: "network",
      chosen: chosen("4"),
      variants: [3, 5].map((depth) => ({
        value: String(depth),
        change: network({ filters: Array(depth).fill(32) }),
      })),
    },
    {
      knob: "width of the network",
      part: "network",
      chosen: chosen("32"),
      variants: [16, 64].map((width) => ({
        value: String(width),
        change: network({ filters: Array(4).fill(width) }),
      })),
    },
    {
      knob: "skip channels",
      part: "network",
      chosen: chosen("4"),
      variants: [0].map((skipFilters) => ({ value: String(skipFilters), change: network({ skipFilters }) })),
    },
    {
      knob: "upsampling",
      part: "network",
      chosen: chosen("bilinear"),
      variants: [{ value: "nearest", change: network({ upsampling: "nearest" }) }],
    },
    {
      knob: "noise on the input",
      part: "fit",
      chosen: chosen("1/30"),
      variants: [
        { value: "none", change: fit({ inputNoise: 0 }) },
        { value: "1/10", change: fit({ inputNoise: 0.1 }) },
      ],
    },
    {
      knob: "average of the outputs",
      part: "fit",
      chosen: chosen("0.99"),
      variants: [0, 0.9, 0.999].map((averageDecay) => ({
        value: averageDecay === 0 ? "none" : String(averageDecay),
        change: fit({ averageDecay }),
      })),
    },
    {
      knob: "learning rate",
      part: "fit",
      chosen: chosen("0.01"),
      variants: [0.003, 0.03].map((learningRate) => ({ value: String(learningRate), change: fit({ learningRate }) })),
    },
    {
      knob: "learning rate over time",
      part: "fit",
      chosen: chosen("constant"),
      variants: [
        { value: "rising from a fifth", change: arm({ rate: { first: 0.2, last: 1 } }) },
        { value: "falling to a fifth", change: arm({ rate: { first: 1, last: 0.2 } }) },
      ],
    },
    {
      knob: "weight of the guide D(y)",
      part: "guidance",
      chosen: { value: "1", change: arm({ guide: target }) },
      variants: [
        { value: "none", change: arm() },
        ...[3].map((weight) => ({ value: String(weight), change: arm({ guide: { ...target, weight } }) })),
      ],
    },
    {
      knob: "weight of RED-diff",
      part: "guidance",
      chosen: { value: "0.5", change: arm({ guide: output }) },
      variants: [0.25, 1].map((weight) => ({
        value: String(weight),
        change: arm({ guide: { ...output, weight } }),
      })),
    },
    {
      knob: "levels of RED-diff",
      part: "guidance",
      chosen: { value: "5 to 40", change: arm({ guide: output }) },
      variants: [
        {
          value: "40 to 160",
          change: arm({ guide: { ...output, levels: { by: "range", low: 40, high: 160 } } }),
        },
        { value: "by the risk", change: arm({ guide: guides().risk }) },
      ],
    },
    {
      knob: "perceptual weight",
      part: "terms",
      chosen: { value: "none", change: arm({ guide: target }) },
      variants: [0.1, 1].map((weight) => ({
        value: String(weight),
        change: guided({ perceptual: { ...perceptual, weight } }),
      })),
    },
    {
      knob: "adversarial weight",
      part: "terms",
      chosen: { value: "none", change: arm({ guide: target }) },
      variants: [3e-4, 3e-3].map((weight) => ({
        value: String(weight),
        change: guided({ adversarial: { weight, learningRate: 1e-3 } }),
      })),
    },
    {
      knob: "sigma that is told",
      part: "noise level",
      chosen: chosen("true"),
      variants: [0.8, 1.25].map((toldSigma) => ({
        value: `${toldSigma} of it`,
        change: fit({ toldSigma }),
      })),
    },
  ];
  return profile === "smoke" ? all.slice(0, 1).map((one) => ({ ...one, variants: one.variants.slice(0, 1) })) : all;
}

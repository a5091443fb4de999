import { currentProfile, seedsOf } from "./common";
import { guides, ingredientArms, pairArm, stages } from "./denoise";
import { cells, type Denoise, type SplitArm } from "./denoiseCells";

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
  part: "split" | "staged supervision" | "network" | "fit" | "guidance" | "noise level";
  /** The chosen value; a variant is compared with the trials of it. */
  chosen: Variant;
  variants: Variant[];
}

/** Portrait, object, and a page of text, which is far from what the DDPM was trained on: three of the test photos. */
export const ablationPhotos = ["astronaut", "coffee", "text"];

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
  const { target } = guides();
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
      knob: "width of the network",
      part: "network",
      chosen: chosen("32"),
      variants: [16].map((width) => ({ value: String(width), change: network({ filters: Array(4).fill(width) }) })),
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
      variants: [{ value: "none", change: fit({ inputNoise: 0 }) }],
    },
    {
      knob: "average of the outputs",
      part: "fit",
      chosen: chosen("0.99"),
      variants: [0, 0.999].map((averageDecay) => ({
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
      knob: "weight of the guide D(y)",
      part: "guidance",
      chosen: { value: "1", change: arm({ guide: target }) },
      variants: [
        { value: "none", change: arm() },
        ...[3].map((weight) => ({ value: String(weight), change: arm({ guide: { ...target, weight } }) })),
      ],
    },
    {
      knob: "sigma that is told",
      part: "noise level",
      chosen: chosen("true"),
      variants: [1.25].map((toldSigma) => ({ value: `${toldSigma} of it`, change: fit({ toldSigma }) })),
    },
  ];
  return profile === "smoke" ? all.slice(0, 1).map((one) => ({ ...one, variants: one.variants.slice(0, 1) })) : all;
}

/**
 * The variants of all knobs at sigma 25, seed by seed; some are trials of other plans as well. The chosen configurations are
 * in `planWhole` and `planIngredients`.
 */
export function planAblations(profile = currentProfile()): Denoise[] {
  const pair = JSON.stringify({ arm: pairArm(profile) });
  const variants = knobs(profile)
    .flatMap((knob) => knob.variants.map(({ change }) => change))
    .filter((change) => JSON.stringify(change) !== pair);
  const pictured = new Set(ingredientArms(profile).map(({ arm }) => JSON.stringify(arm)));
  const specs = seedsOf(profile).flatMap((seed) =>
    variants.flatMap(({ arm = pairArm(profile), ...change }) =>
      cells([{ title: "", arm }], [25], {
        photos: ablationPhotos,
        profile,
        keepImages: seed === 1 && pictured.has(JSON.stringify(arm)),
        seeds: { network: seed, input: seed, noise: seed },
        ...change,
      }),
    ),
  );
  return [...new Map(specs.map((spec) => [JSON.stringify(spec), spec])).values()];
}

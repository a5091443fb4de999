import { currentProfile, seedsOf } from "./common";
import { ingredientArms, pairArm, termArms } from "./denoise";
import { cells, type Denoise } from "./denoiseCells";
import { knobs } from "./knobs";

/** Portrait, object, and a page of text, which is far from what the DDPM was trained on: three of the test photos. */
export const ablationPhotos = ["astronaut", "coffee", "text"];

/**
 * The variants of all knobs at sigma 25, seed by seed; some are trials of other plans as well. The chosen configurations are
 * in `planWhole` and `planIngredients`.
 */
export function planAblations(profile = currentProfile()): Denoise[] {
  const pair = JSON.stringify({ arm: pairArm(profile) });
  const variants = knobs(profile)
    .flatMap((knob) => knob.variants)
    .map(({ change }) => change)
    .filter((change) => JSON.stringify(change) !== pair);
  // As the plans have them in which these arms are as well, so that they are the same trials.
  const pictured = new Set([...ingredientArms(profile), ...termArms(profile)].map(({ arm }) => JSON.stringify(arm)));
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

import { type AnySpec, type ProfileName, trialKey } from "ddpm-dip/trials";
import { planCropGallery, planCropGalleryDdpm } from "./cropStarts";
import { planDdpmSamples, planGenerators, planShortTraining, planWarmSamples } from "./ddpm";
import { planCriteria } from "./dipFits";
import { planTeaser, planTeaserDdpm, planTeaserDip } from "./teaser";

/** Pictures of a plan's trials that a notebook shows: their names, of those of its trials. */
function show<Spec extends AnySpec>(
  plan: (profile: ProfileName) => Spec[],
  names: RegExp,
  choose: (specs: Spec[]) => Spec[] = (specs) => specs,
) {
  return (profile: ProfileName) => choose(plan(profile)).map((spec) => [trialKey(spec), names] as const);
}

const ofFirstImage = <Spec extends { image: { name: string } }>(specs: Spec[]) =>
  specs.filter(({ image }) => image.name === specs[0]?.image.name);

const shown = [
  show(planTeaser, /^(clean|noisy|restored)$/),
  show(planTeaserDip, /^risk$/),
  show(planTeaserDdpm, /./),
  show(planCriteria, /./, ofFirstImage),
  show(planShortTraining, /./),
  show(planDdpmSamples, /^(sample|nearest)\d$/),
  show(planGenerators, /^sample1?\d$/),
  show(planCropGallery, /^(plain|clean|prior|restored)/),
  show(planCropGalleryDdpm, /^restored$/),
  show(planWarmSamples, /^(start|sample)\d$/, (specs) =>
    specs.filter(({ start, generator }) => generator.levels === 10 && (!start || start.of === "dip")),
  ),
];

/**
 * Which pictures the notebooks show, and so are kept when trials are packed: one that is not here needs its trial anew.
 * @returns whether the trial of a key has a picture of a name that is shown in one of the profiles.
 */
export function listShownPictures(profiles: readonly ProfileName[]): (key: string, name: string) => boolean {
  const names = new Map<string, RegExp[]>();
  for (const [key, own] of profiles.flatMap((profile) => shown.flatMap((list) => list(profile)))) {
    names.set(key, [...(names.get(key) ?? []), own]);
  }
  return (key, name) => names.get(key)?.some((own) => own.test(name)) ?? false;
}

import * as experiment from "ddpm-dip-experiments";
import { ownPlans } from "../sweep/plans.mjs";

/** Whose trials are packed: the smoke profile has a folder of its own. */
const profilesOf = (own: experiment.ProfileName): experiment.ProfileName[] =>
  own === "smoke" ? [own] : ["default", "full"];

/** The plan that each trial of the library's plans is stored with: the first by name that lists it in one of the profiles. */
export function listHomes(profiles = profilesOf(experiment.readProfile().name)): Map<string, string> {
  const homes = new Map<string, string>();
  for (const [plan, make] of [...ownPlans].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const key of profiles.flatMap((profile) => make(profile).map(experiment.trialKey))) {
      if (!homes.has(key)) homes.set(key, plan);
    }
  }
  return homes;
}

/** Puts the trials of the library's plans into a file a plan. @throws Error when another process packs the same folder. */
export async function packStore(folder: string, { prune = false } = {}): Promise<experiment.PackSummary> {
  const profiles = profilesOf(experiment.readProfile().name);
  const homes = listHomes(profiles);
  const isShown = experiment.plans.listShownPictures(profiles);
  const work = experiment.packTrials(folder, { planOf: (key) => homes.get(key), isShown, prune });
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value;
  }
}

const count = (trials: number) => (trials === 1 ? "1 trial" : `${trials} trials`);

/** What packing came to, in a line. */
export function formatSummary({ packed, orphans, damaged }: experiment.PackSummary, prune = false): string {
  const fate = prune ? "removed" : "left as they are";
  return [
    `${count(packed)} packed`,
    ...(orphans > 0 ? [`${count(orphans)} of no plan of the library ${fate}`] : []),
    ...(damaged.length > 0 ? [`${damaged.length} damaged`] : []),
  ].join(", ");
}

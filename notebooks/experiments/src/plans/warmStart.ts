import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint, readLevelErrors } from "ddpm-dip/ddpm";
import type { ProfileName } from "ddpm-dip/trials";
import { currentProfile, seedsOf, somePhotos } from "./common";
import { comparedNetworks } from "./dipTasks";
import {
  chosenSetting,
  type DipPrior,
  errors,
  isScattered,
  noiseSetting,
  twoTasks,
  usualTrial,
  type WarmSetting,
  type WarmStart,
  warmTasks,
  withSetting,
} from "./warmTrial";

type Profile = ProfileName;

/**
 * What the tune photos say (notebook 05): the level that covers the estimated error once, twenty evaluations with no noise but fresh
 * one, and DIP weighed in by the two errors. On no task is another level or guidance more than a fraction of a decibel ahead, and
 * fixed weights lose whole decibels where DIP was short.
 */
export const chosenWarmStart = { kappa: 1, evaluations: 20, guidance: errors } as const;

/** Iterations of DIP that are tried. */
export const warmDurations = [25, 50, 75, 100, 200, 400];

const shortTrial = (
  setting: WarmSetting,
  ...[photo, task, seed, profile, changes = {}]: Parameters<typeof usualTrial>
): WarmStart => {
  const spec = withSetting(usualTrial(photo, task, seed, profile), setting);
  const durations = profile === "smoke" ? [5, 10] : warmDurations;
  return { ...spec, prior: { ...(spec.prior as DipPrior), durations }, ...changes };
};

/** The test photos, seeds outermost: a run that is cut short has whole cells of fewer seeds. */
function testCells(profile: Profile, make: (photo: string, task: WarmStart["task"], seed: number) => WarmStart[]) {
  const shown = profile === "smoke" ? warmTasks.slice(0, 1) : warmTasks;
  return seedsOf(profile).flatMap((seed) =>
    shown.flatMap(({ task }) => somePhotos(listPhotos("test"), profile).flatMap((photo) => make(photo, task, seed))),
  );
}

/** A task on the given photos, seeds outermost, with any checkpoint and setting. */
export function warmTrials(
  profile: Profile,
  {
    task,
    photos,
    checkpoint,
    seeds = seedsOf(profile),
    setting = isScattered(task) ? chosenSetting : noiseSetting,
  }: { task: WarmStart["task"]; photos: string[]; checkpoint: string; seeds?: number[]; setting?: WarmSetting },
): WarmStart[] {
  const prior = { checkpoint: nameCheckpoint(checkpoint), levelErrors: readLevelErrors(checkpoint) };
  return seeds.flatMap((seed) =>
    somePhotos(photos, profile).map((photo) => shortTrial(setting, photo, task, seed, profile, prior)),
  );
}

/**
 * The chosen warm start on the test photos, with fewer evaluations and without DIP in the noise estimate as well: DIP that is
 * shown what is known, and DIP of noise, which is the chosen one in long fits and around a hole (`isChosenFit`).
 */
export function planWarmStart(profile = currentProfile()): WarmStart[] {
  return testCells(profile, (photo, task, seed) =>
    (isScattered(task) ? [chosenSetting, noiseSetting] : [noiseSetting]).map((setting) =>
      shortTrial(setting, photo, task, seed, profile, {
        starts: [{ by: "risk", kappa: chosenWarmStart.kappa }],
        evaluations: profile === "smoke" ? [2] : [1, 5, 10, 20],
        guidance: [{ kind: "none" }, chosenWarmStart.guidance],
        keepImages: seed === 1,
      }),
    ),
  );
}

/** What else one could start from, at the levels and with the evaluations that suit it: the interpolated observation. */
export function planWarmControls(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  return testCells(profile, (photo, task, seed) => [
    shortTrial(noiseSetting, photo, task, seed, profile, {
      prior: { kind: "control", of: "spread" },
      starts: (smoke ? [100] : [50, 100, 200, 400, 1000]).map((t) => ({ by: "level", t }) as const),
      evaluations: smoke ? [2] : [5, 10, 20],
    }),
  ]);
}

/** Other networks as the prior, all of noise, the wider skip network first; on half of the pixels and super-resolution x4, one seed. */
export function planWarmNetworks(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  return (smoke ? twoTasks.slice(0, 1) : twoTasks).flatMap(({ task }) =>
    comparedNetworks(profile)
      .slice(smoke ? 1 : 0, smoke ? 2 : undefined)
      .flatMap(({ network }) =>
        somePhotos(listPhotos("test"), profile).map((photo) => {
          const spec = shortTrial(noiseSetting, photo, task, 1, profile, {
            starts: [{ by: "risk", kappa: chosenWarmStart.kappa }],
            evaluations: smoke ? [2] : [5, 10, 20],
          });
          return { ...spec, prior: { ...(spec.prior as DipPrior), network } };
        }),
      ),
  );
}

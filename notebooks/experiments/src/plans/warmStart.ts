import { listPhotos } from "ddpm-dip/data";
import type { ProfileName } from "ddpm-dip/trials";
import { currentProfile, seedsOf, somePhotos } from "./common";
import { comparedNetworks } from "./dipTasks";
import {
  chosenSetting,
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

/**
 * What the tune photos say (notebook 05): the level that covers the estimated error once, twenty evaluations with no noise but fresh
 * one, and DIP weighed in by the two errors. On no task is another level or guidance more than a fraction of a decibel ahead, and
 * fixed weights lose whole decibels where DIP was short.
 */
export const chosenWarmStart = { kappa: 1, evaluations: 20, guidance: errors } as const;

const atRisk = (...kappas: number[]) => kappas.map((kappa) => ({ by: "risk", kappa }) as const);

/** Iterations of DIP that are tried. */
export const warmDurations = [25, 50, 75, 100, 200, 400];

const shortTrial = (
  setting: WarmSetting,
  ...[photo, task, seed, profile, changes]: Parameters<typeof usualTrial>
): ReturnType<typeof usualTrial> =>
  withSetting(usualTrial(photo, task, seed, profile, changes), setting, profile === "smoke" ? [5, 10] : warmDurations);

/** The test photos, seeds outermost: a run that is cut short has whole cells of fewer seeds. */
function testCells(profile: ProfileName, make: (photo: string, task: WarmStart["task"], seed: number) => WarmStart[]) {
  const shown = profile === "smoke" ? warmTasks.slice(0, 1) : warmTasks;
  return seedsOf(profile).flatMap((seed) =>
    shown.flatMap(({ task }) => somePhotos(listPhotos("test"), profile).flatMap((photo) => make(photo, task, seed))),
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
        starts: atRisk(chosenWarmStart.kappa),
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
    {
      ...shortTrial(noiseSetting, photo, task, seed, profile),
      prior: { kind: "control", of: "spread" },
      starts: (smoke ? [100] : [50, 100, 200, 400, 1000]).map((t) => ({ by: "level", t }) as const),
      evaluations: smoke ? [2] : [5, 10, 20],
    },
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
            starts: atRisk(chosenWarmStart.kappa),
            evaluations: smoke ? [2] : [5, 10, 20],
          });
          return { ...spec, prior: { ...spec.prior, network } };
        }),
      ),
  );
}

/** Portrait, object, and a page of text, which is far from what the DDPM was trained on: three of the test photos. */
export const ablationPhotos = ["astronaut", "coffee", "text"];

/** Iterations of DIP around which the warm start is varied. */
export const ablationDuration = 100;

/** The warm start with other shares of fresh noise in its steps: none, and that of DDNM's authors. */
export function planWarmNoise(profile = currentProfile()): WarmStart[] {
  return [0, 0.85].flatMap((eta) => halfOfThePixels(profile, { ...chosenSetting, eta }, [chosenWarmStart.kappa]));
}

/** The warm start from levels that cover DIP's error half as much and twice as much. */
export function planWarmCover(profile = currentProfile()): WarmStart[] {
  return halfOfThePixels(profile, chosenSetting, [0.5, 2]);
}

function halfOfThePixels(profile: ProfileName, setting: WarmSetting, kappas: number[]): WarmStart[] {
  const smoke = profile === "smoke";
  const { task } = warmTasks[0] as (typeof warmTasks)[number];
  return seedsOf(profile).flatMap((seed) =>
    somePhotos(ablationPhotos, profile).map((photo) => {
      const spec = usualTrial(photo, task, seed, profile, {
        starts: atRisk(...kappas),
        evaluations: [smoke ? 2 : chosenWarmStart.evaluations],
        guidance: [{ kind: "none" }, chosenWarmStart.guidance],
      });
      return withSetting(spec, setting, smoke ? [5] : [ablationDuration]);
    }),
  );
}

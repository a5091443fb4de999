import { listPhotos } from "ddpm-dip/data";
import type { ProfileName } from "ddpm-dip/trials";
import { currentProfile, somePhotos } from "./common";
import {
  chosenSetting,
  errors,
  noiseSetting,
  usualTrial,
  type WarmSetting,
  type WarmStart,
  warmTasks,
  withSetting,
} from "./warmTrial";

/** Levels and factors of the estimated error that a start is tried at. */
const warmStarts: WarmStart["starts"] = [
  ...[25, 50, 100, 200, 400].map((t) => ({ by: "level", t }) as const),
  ...[0.5, 1, 2, 4, 8].map((kappa) => ({ by: "risk", kappa }) as const),
];

function onTunePhotos(profile: ProfileName, changes: Parameters<typeof usualTrial>[4], tasks = warmTasks) {
  return (profile === "smoke" ? tasks.slice(0, 1) : tasks).flatMap(({ task }) =>
    somePhotos(listPhotos("tune"), profile).map((photo) => usualTrial(photo, task, 1, profile, changes)),
  );
}

/** DIP's duration, the level and the evaluations, on the tune photos: what they are chosen by. */
export function planWarmTuning(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  return onTunePhotos(profile, {
    starts: smoke ? warmStarts.filter((_, i) => i % 5 === 1) : warmStarts,
    evaluations: smoke ? [2] : [1, 5, 10, 20],
  });
}

/** What is tried of the settings, each around the one before. */
export const warmSettings: readonly { title: string; setting: WarmSetting }[] = [
  { title: "as usual", setting: usual() },
  { title: "eta 1", setting: usual({ eta: 1 }) },
  { title: "eta 1, rate 0.03", setting: usual({ eta: 1, learningRate: 0.03 }) },
  { title: "eta 1, width 16", setting: usual({ eta: 1, width: 16 }) },
  { title: "eta 1, width 16, rate 0.03", setting: usual({ eta: 1, width: 16, learningRate: 0.03 }) },
  { title: "eta 1, average 0.9", setting: usual({ eta: 1, averageDecay: 0.9 }) },
  { title: "eta 1, width 16, average 0.9", setting: usual({ eta: 1, width: 16, averageDecay: 0.9 }) },
  {
    title: "eta 1, width 16, rate 0.03, average 0.9",
    setting: usual({ eta: 1, width: 16, learningRate: 0.03, averageDecay: 0.9 }),
  },
  { title: "eta 1, width 16, average 0.95", setting: usual({ eta: 1, width: 16, averageDecay: 0.95 }) },
  { title: "guess in the input", setting: chosenSetting },
  { title: "guess in the input, blur 2", setting: { ...noiseSetting, guess: { place: "input", blur: 2 } } },
  { title: "guess under the output", setting: { ...noiseSetting, guess: { place: "output", blur: 1 } } },
];

function usual(changes: Partial<WarmSetting> = {}): WarmSetting {
  return { eta: 0.85, width: 32, learningRate: 0.01, ...changes };
}

/** Each of them on the tune photos: what the setting is chosen by. A short average is tried on shorter fits as well, a guess on the shortest. */
export function planWarmSettings(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const specs = onTunePhotos(profile, {
    starts: (smoke ? [1] : [1, 2, 4]).map((kappa) => ({ by: "risk", kappa }) as const),
    evaluations: smoke ? [2] : [10, 20],
    guidance: [errors],
  });
  return (smoke ? warmSettings.slice(0, 2) : warmSettings).flatMap(({ setting }) => {
    const least = setting.guess ? [25, 50] : setting.averageDecay === undefined ? [] : [50];
    return specs.map((spec) => withSetting(spec, setting, smoke ? [5] : [...least, 100, 200, 400]));
  });
}

/** The ways in which DIP guides the noise estimate. */
export const warmGuidances: readonly { title: string; guidance: WarmStart["guidance"][number] }[] = [
  { title: "none", guidance: { kind: "none" } },
  { title: "fixed, 0.25", guidance: { kind: "fixed", weight: 0.25 } },
  { title: "fixed, 0.5", guidance: { kind: "fixed", weight: 0.5 } },
  { title: "fixed, 0.75", guidance: { kind: "fixed", weight: 0.75 } },
  { title: "falling from 1", guidance: { kind: "falling", first: 1 } },
  { title: "by errors", guidance: errors },
  { title: "by errors, DIP's times 2", guidance: { ...errors, factor: 2 } },
  { title: "by errors, DIP's times 4", guidance: { ...errors, factor: 4 } },
  { title: "by errors, correlation 0.3", guidance: { ...errors, correlation: 0.3 } },
  { title: "by errors, correlation 0.6", guidance: { ...errors, correlation: 0.6 } },
  { title: "by errors, snapshots", guidance: { ...errors, snapshots: true } },
];

/** Every guidance on the tune photos, from the level that covers the error and from a high one. */
export function planWarmGuidance(profile = currentProfile()): WarmStart[] {
  const changes: Parameters<typeof usualTrial>[4] = {
    starts: [
      { by: "risk", kappa: 1 },
      { by: "level", t: 200 },
    ],
    evaluations: profile === "smoke" ? [2] : [10],
    guidance: warmGuidances.map(({ guidance }) => guidance),
  };
  return onTunePhotos(
    profile,
    changes,
    warmTasks.filter(({ title }) => !title.startsWith("denoising")),
  );
}

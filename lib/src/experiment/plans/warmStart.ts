import { listPhotos } from "../../data";
import { nameCheckpoint } from "../checkpoints";
import { readLevelErrors } from "../restoreImage";
import type { SpecOf } from "../spec";
import { currentProfile, dipSettings, seedsOf, somePhotos } from "./common";
import { comparedNetworks, tasks } from "./dipTasks";

type WarmStart = SpecOf<"warm-start">;
type Profile = ReturnType<typeof currentProfile>;

const titles = [
  "half of the pixels",
  "large hole",
  "super-resolution x2",
  "super-resolution x4",
  "denoising, sigma 25",
];

/** The tasks of the warm start; half of the pixels with noise as well. */
export const warmTasks: readonly { title: string; task: WarmStart["task"] }[] = [
  ...titles.flatMap((title) => tasks.filter((one) => one.title === title)),
  {
    title: "half of the pixels, sigma 10",
    task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 }, sigma: 10 / 255 },
  },
];

/** Iterations of DIP that are tried. */
export const warmDurations = [50, 100, 200, 400, 800];

function trial(
  photo: string,
  task: WarmStart["task"],
  seed: number,
  profile: Profile,
  changes: Partial<WarmStart> = {},
): WarmStart {
  const smoke = profile === "smoke";
  const { size, learningRate, inputNoise } = dipSettings(profile);
  const { network } = comparedNetworks(profile)[0] as ReturnType<typeof comparedNetworks>[number];
  return {
    method: "warm-start",
    checkpoint: nameCheckpoint("photos"),
    image: { from: "photos", name: photo },
    size,
    channels: 3,
    task,
    prior: {
      kind: "dip",
      network,
      input: "noise",
      learningRate,
      inputNoise,
      heldOut: 0.05,
      durations: smoke ? [5, 10] : warmDurations,
    },
    starts: [{ by: "level", t: 100 }],
    evaluations: smoke ? [2] : [5, 10],
    guidance: [{ kind: "none" }],
    eta: 0.85,
    levelErrors: readLevelErrors("photos"),
    keepImages: false,
    seeds: { network: seed, input: seed, noise: seed, sampler: seed },
    ...changes,
  };
}

/** Levels and factors of the estimated error that a start is tried at. */
export const warmStarts: WarmStart["starts"] = [
  ...[25, 50, 100, 200, 400].map((t) => ({ by: "level", t }) as const),
  ...[0.5, 1, 2, 4, 8].map((kappa) => ({ by: "risk", kappa }) as const),
];

/** DIP's duration, the level and the evaluations, on the tune photos: what they are chosen by. */
export function planWarmTuning(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const shown = smoke ? warmTasks.slice(0, 1) : warmTasks;
  return shown.flatMap(({ task }) =>
    somePhotos(listPhotos("tune"), profile).map((photo) =>
      trial(photo, task, 1, profile, {
        starts: smoke ? warmStarts.filter((_, i) => i % 5 === 1) : warmStarts,
        evaluations: smoke ? [2] : [1, 5, 10, 20],
      }),
    ),
  );
}

const errors = { kind: "errors", factor: 1, correlation: 0, snapshots: false } as const;

/** How much fresh noise DDNM's steps draw, and how DIP is fitted for a short start. */
export const warmSettings: readonly { title: string; eta: number; width: number; learningRate: number }[] = [
  { title: "eta 0.85", eta: 0.85, width: 32, learningRate: 0.01 },
  { title: "eta 1", eta: 1, width: 32, learningRate: 0.01 },
  { title: "eta 1, rate 0.03", eta: 1, width: 32, learningRate: 0.03 },
  { title: "eta 1, width 16", eta: 1, width: 16, learningRate: 0.01 },
  { title: "eta 1, width 16, rate 0.03", eta: 1, width: 16, learningRate: 0.03 },
];

/** Each of them on the tune photos: what eta, the width and the learning rate are chosen by. */
export function planWarmSettings(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const shown = smoke ? warmTasks.slice(0, 1) : warmTasks;
  return (smoke ? warmSettings.slice(0, 2) : warmSettings).flatMap(({ eta, width, learningRate }) =>
    shown.flatMap(({ task }) =>
      somePhotos(listPhotos("tune"), profile).map((photo) => {
        const spec = trial(photo, task, 1, profile, {
          eta,
          starts: (smoke ? [1] : [1, 2, 4]).map((kappa) => ({ by: "risk", kappa }) as const),
          evaluations: smoke ? [2] : [10, 20],
          guidance: [errors],
        });
        const prior = spec.prior as Extract<WarmStart["prior"], { kind: "dip" }>;
        const { network } = prior as { network: Extract<typeof prior.network, { kind: "skip" }> };
        return {
          ...spec,
          prior: {
            ...prior,
            network: { ...network, filters: smoke ? network.filters : network.filters.map(() => width) },
            learningRate,
            durations: smoke ? [5] : [100, 200, 400],
          },
        };
      }),
    ),
  );
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
  const smoke = profile === "smoke";
  const shown = smoke ? warmTasks.slice(0, 1) : warmTasks.filter(({ title }) => !title.startsWith("denoising"));
  return shown.flatMap(({ task }) =>
    somePhotos(listPhotos("tune"), profile).map((photo) =>
      trial(photo, task, 1, profile, {
        starts: [
          { by: "risk", kappa: 1 },
          { by: "level", t: 200 },
        ],
        evaluations: smoke ? [2] : [10],
        guidance: warmGuidances.map(({ guidance }) => guidance),
      }),
    ),
  );
}

/**
 * What the tune photos say (notebook 05): the level that covers the estimated error once, ten evaluations, and DIP weighed in
 * by the two errors. On no task is another level or guidance more than a fraction of a decibel ahead, and fixed weights lose
 * whole decibels where DIP was short.
 */
export const chosenWarmStart = { kappa: 1, evaluations: 10, guidance: errors } as const;

/** The test photos, seeds outermost: a run that is cut short has whole cells of fewer seeds. */
function testCells(profile: Profile, make: (photo: string, task: WarmStart["task"], seed: number) => WarmStart[]) {
  const shown = profile === "smoke" ? warmTasks.slice(0, 1) : warmTasks;
  return seedsOf(profile).flatMap((seed) =>
    shown.flatMap(({ task }) => somePhotos(listPhotos("test"), profile).flatMap((photo) => make(photo, task, seed))),
  );
}

/** A task on the given photos, seeds outermost, with any checkpoint. */
export function warmTrials(
  profile: Profile,
  { task, photos, checkpoint }: { task: WarmStart["task"]; photos: string[]; checkpoint: string },
): WarmStart[] {
  const prior = { checkpoint: nameCheckpoint(checkpoint), levelErrors: readLevelErrors(checkpoint) };
  return seedsOf(profile).flatMap((seed) =>
    somePhotos(photos, profile).map((photo) => trial(photo, task, seed, profile, prior)),
  );
}

/** The chosen warm start and its neighbours on the test photos. */
export function planWarmStart(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  return testCells(profile, (photo, task, seed) => [
    trial(photo, task, seed, profile, {
      starts: [
        ...[0.5, 1, 2].map((kappa) => ({ by: "risk", kappa }) as const),
        ...(smoke ? [] : [{ by: "level", t: 200 } as const]),
      ],
      evaluations: smoke ? [2] : [1, 5, 10, 20],
      guidance: [{ kind: "none" }, chosenWarmStart.guidance],
      keepImages: seed === 1,
    }),
  ]);
}

/** What else one could start from, at the levels and with the evaluations that suit it. */
export function planWarmControls(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const controls = smoke ? (["given"] as const) : (["given", "blurred", "median", "mean"] as const);
  return testCells(profile, (photo, task, seed) =>
    controls.map((of) =>
      trial(photo, task, seed, profile, {
        prior: { kind: "control", of },
        starts: (smoke ? [100] : [50, 100, 200, 400, 1000]).map((t) => ({ by: "level", t }) as const),
        evaluations: smoke ? [2] : [5, 10, 20],
      }),
    ),
  );
}

/** Other networks as the prior, on half of the pixels and super-resolution x4, one seed. */
export function planWarmNetworks(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const shown = warmTasks.filter(({ title }) => ["half of the pixels", "super-resolution x4"].includes(title));
  return (smoke ? shown.slice(0, 1) : shown).flatMap(({ task }) =>
    comparedNetworks(profile)
      .slice(1, smoke ? 2 : undefined)
      .flatMap(({ network }) =>
        somePhotos(listPhotos("test"), profile).map((photo) => {
          const { prior, ...rest } = trial(photo, task, 1, profile, {
            starts: [{ by: "risk", kappa: 1 }],
            evaluations: smoke ? [2] : [5, 10, 20],
          });
          return { ...rest, prior: { ...(prior as Extract<WarmStart["prior"], { kind: "dip" }>), network } };
        }),
      ),
  );
}

import { nameCheckpoint, readLevelErrors } from "ddpm-dip/ddpm";
import type { ProfileName } from "ddpm-dip/trials";
import type { DdpmRestoreSpec } from "../spec";
import { currentProfile } from "./common";
import {
  type Cell,
  cells,
  cropsOf,
  cropsToTune,
  type DipPrior,
  errors,
  fit,
  someTasks,
  started,
  variantTasks,
  variation,
  type WarmStart,
} from "./cropTasks";
import { byDdnm, byLevels, byRisk } from "./starts";

/** Crops that a setting is varied on, and those that the networks are compared on. */
const images = { settings: { default: 8, full: 24 }, networks: { default: 4, full: 24 }, tune: 4 } as const;

/** Iterations of DIP that networks are compared after. */
const networkDurations = [25, 50, 100, 200, 400, 800] as const;

/** The networks that are compared as DIP's: the chosen one, twice as wide, and of other kinds. */
export function startNetworks(profile = currentProfile()): { title: string; network: DipPrior["network"] }[] {
  const { network } = fit([1]) as { network: Extract<DipPrior["network"], { kind: "skip" }> };
  if (profile === "smoke") return [{ title: "skip network", network: { ...network, filters: [8, 8] } }];
  return [
    { title: "skip, 16 channels", network },
    { title: "skip, 32 channels", network: { ...network, filters: network.filters.map((own) => 2 * own) } },
    { title: "U-Net", network: { kind: "u-net", filters: [16, 32, 64, 64] } },
    { title: "deep decoder", network: { kind: "deep-decoder", channels: 64, doublings: 4 } },
  ];
}

/** DIP by network and duration, and what twenty evaluations make of it from the level that covers its estimated error. */
export function planStartNetworks(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const make = (cell: Cell) =>
    startNetworks(profile).map(({ network }) =>
      started(cell, {
        prior: { ...fit(smoke ? [4, 8] : networkDurations), network },
        ...byRisk([smoke ? 2 : 20]),
      }),
    );
  return cells(profile, make, cropsOf(profile, images.networks), someTasks(profile, variantTasks));
}

/**
 * DIP by itself, fitted to all that was measured but one value: what its start, which sets a twentieth aside, is held against.
 */
export function planDipOfAll(profile = currentProfile()): WarmStart[] {
  return cells(profile, (cell) => [dipOfAll(cell, profile)]);
}

/** One of them. */
export function dipOfAll(cell: Cell, profile: ProfileName): WarmStart {
  return started(cell, {
    prior: { ...fit([profile === "smoke" ? 8 : 800]), heldOut: 1e-4 },
    ...byLevels([50], [1]),
  });
}

/** Iterations of DIP around which its other settings are varied. */
const variedDuration = 100;

const others: readonly Partial<DipPrior>[] = [
  { averageDecay: 0.99 },
  { learningRate: 0.03 },
  { learningRate: 0.003 },
  { heldOut: 0.1 },
];

/**
 * One setting of the start changed: of DIP, of DDNM (its authors have eta 0.85), of the rule of the level, and the evaluations.
 */
export function planStartSettings(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const make = (cell: Cell) => {
    const usual = started(cell, { prior: fit([smoke ? 4 : variedDuration]), ...byRisk([smoke ? 2 : 20]) });
    const kappas = [0.5, 1, 2, 4].map((kappa) => ({ by: "risk", kappa }) as const);
    return [
      { ...usual, starts: kappas, evaluations: smoke ? [2] : [10, 20, 40] },
      ...[0, 0.85].map((eta) => ({ ...usual, eta })),
      ...others.map((change) => ({ ...usual, prior: { ...usual.prior, ...change } as DipPrior })),
    ];
  };
  return cells(profile, make, cropsOf(profile, images.settings), someTasks(profile, variantTasks));
}

/** The ways in which DIP guides the noise estimate. */
export const guidances: readonly { title: string; guidance: WarmStart["guidance"][number] }[] = [
  { title: "none", guidance: { kind: "none" } },
  ...[0.25, 0.5, 0.75].map((weight) => ({ title: `fixed, ${weight}`, guidance: { kind: "fixed" as const, weight } })),
  { title: "falling from 1", guidance: { kind: "falling", first: 1 } },
  { title: "by errors", guidance: errors },
  ...[2, 4].map((factor) => ({ title: `by errors, DIP's times ${factor}`, guidance: { ...errors, factor } })),
  ...[0.3, 0.6, 0.9].map((correlation) => ({
    title: `by errors, correlation ${correlation}`,
    guidance: { ...errors, correlation },
  })),
  { title: "by errors, snapshots", guidance: { ...errors, snapshots: true } },
];

/** Every guidance on images kept out of training, from the level that covers the error and from a high one. */
export function planStartGuidance(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const make = (cell: Cell) => [
    started(cell, {
      prior: fit(smoke ? [4] : [100, 400]),
      starts: [
        { by: "risk", kappa: 1 },
        { by: "level", t: 200 },
      ],
      ...{ evaluations: [smoke ? 2 : 10], guidance: guidances.map(({ guidance }) => guidance) },
    }),
  ];
  return cells(profile, make, cropsToTune(images.tune), someTasks(profile, [...variantTasks, "hole"]));
}

/** The DDPMs that the start is held against, the weakest first. */
const strengthsOf = (profile: ProfileName) =>
  profile === "smoke" ? (["photos"] as const) : (["photos", "bsd", "bsd-wide"] as const);

/** By the strength of the DDPM: DIP's start after 200 iterations and that of least variation. */
export function planStartPriors(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const given = { by: "level", t: 100 } as const;
  const shared = byRisk(smoke ? [2] : [20, 100]);
  const make = (cell: Cell) =>
    strengthsOf(profile).flatMap((name) =>
      [
        started(cell, { ...shared, prior: fit([smoke ? 4 : 200]), starts: [...shared.starts, given] }),
        started(cell, { ...shared, prior: variation, starts: [given] }),
      ].map((spec) => ({ ...spec, checkpoint: nameCheckpoint(name), levelErrors: readLevelErrors(name) })),
    );
  return cells(profile, make, cropsOf(profile, images.networks), someTasks(profile, variantTasks));
}

/** Those DDPMs alone. */
export function planPriorsFromNoise(profile = currentProfile()): DdpmRestoreSpec[] {
  const smoke = profile === "smoke";
  const make = (cell: Cell) =>
    strengthsOf(profile).flatMap((name) =>
      (smoke ? [2] : [20, 100]).map((evaluations) => ({
        ...byDdnm(cell, evaluations),
        checkpoint: nameCheckpoint(name),
      })),
    );
  return cells(profile, make, cropsOf(profile, images.networks), someTasks(profile, variantTasks));
}

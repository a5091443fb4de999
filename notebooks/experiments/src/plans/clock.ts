import type { ProfileName } from "ddpm-dip/trials";
import type { DdpmRestoreSpec } from "../spec";
import { currentProfile } from "./common";
import { chosenSamplers, dpsCounts } from "./cropSamplers";
import { cropEvaluations } from "./cropStarts";
import {
  type Cell,
  cells,
  controlsOf,
  cropsOf,
  fit,
  fromNoise,
  inputsOf,
  someTasks,
  started,
  variantTasks,
  type WarmStart,
} from "./cropTasks";
import { byDdnm, byLevels } from "./starts";

/**
 * Trials of one crop by which seconds are told, to be run on an idle core: the same draws, but for the sampler's. None in the smoke
 * profile, whose seconds are its own.
 */
function clock<Spec extends { seeds: { sampler: number } }>(
  profile: ProfileName,
  make: (cell: Cell) => Spec[],
  titles?: string[],
): Spec[] {
  if (profile === "smoke") return [];
  const specs = cells(profile, make, cropsOf(profile, { default: 1, full: 1 }), someTasks(profile, titles));
  return specs.map((spec) => ({ ...spec, seeds: { ...spec.seeds, sampler: 2 } }));
}

/** What the starts cost: fits of both inputs on a task of each kind, for operators cost next to nothing; controls on all. */
export function planClockStarts(profile = currentProfile()): WarmStart[] {
  const fits = (cell: Cell) =>
    inputsOf(cell.task).map((isGuided) =>
      started(cell, { ...byLevels([200], [20, 100]), prior: fit([isGuided ? 100 : 800], isGuided) }),
    );
  const controls = (cell: Cell) =>
    controlsOf(cell.task).map((prior) => started(cell, { ...byLevels([200], [20]), prior }));
  return [...clock(profile, fits, variantTasks), ...clock(profile, controls)];
}

/** What the DDPM alone costs by DDNM. */
export function planClockDdpm(profile = currentProfile()): DdpmRestoreSpec[] {
  const make = (cell: Cell) => cropEvaluations.map((evaluations) => byDdnm(cell, evaluations));
  return clock(profile, make, variantTasks);
}

/** What it costs by DPS. */
export function planClockDps(profile = currentProfile()): DdpmRestoreSpec[] {
  const { scale } = chosenSamplers;
  const make = (cell: Cell) => dpsCounts.map((evaluations) => fromNoise(cell, { kind: "dps", evaluations, scale }));
  return clock(profile, make, ["half of the pixels"]);
}

import type { ProfileName } from "ddpm-dip/trials";
import type { DdpmRestoreSpec } from "../spec";
import { currentProfile } from "./common";
import {
  atLevels,
  type Cell,
  cells,
  cropsOf,
  cropsToTune,
  fit,
  someTasks,
  started,
  variation,
  type WarmStart,
} from "./cropTasks";
import { byDdnm } from "./starts";
import { dipOfAll } from "./startVariants";

/** Reverse diffusions whose mean is taken, of each number of evaluations; and those that are tried in place of one of a hundred. */
const drawsOf = { start: { 20: 3, 50: 2 }, ddpm: { 20: 5, 50: 3 } } as const;
const tried = { 20: 5, 33: 3, 50: 2 } as const;

/** Images that the draws of `restore` are chosen by, and those for a gap that nothing near speaks for. */
const tuneImages = { draws: 4, gaps: 6 } as const;

type Count = readonly [evaluations: number, draws: number];

const countsOf = (draws: Record<number, number>): Count[] =>
  Object.entries(draws).map(([evaluations, count]) => [Number(evaluations), count]);

function drawn(
  cell: Cell,
  profile: ProfileName,
  how: Pick<WarmStart, "prior" | "starts">,
  [evaluations, draws]: Count,
): WarmStart {
  const smoke = profile === "smoke";
  const counts = { evaluations: [smoke ? 2 : evaluations], guidance: [{ kind: "none" as const }] };
  return { ...started(cell, { ...how, ...counts }), draws: smoke ? 2 : draws };
}

/** The mean of several reverse diffusions, from the image of least variation and from DIP's: by the rule, and from the former's level. */
export function planCropDraws(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const prior = fit(smoke ? [4, 8] : [100, 200]);
  const ways = [
    { prior: variation, starts: atLevels([100]) },
    { prior, starts: [{ by: "risk" as const, kappa: 1 }] },
  ];
  const counts = countsOf(drawsOf.start).slice(0, smoke ? 1 : undefined);
  return cells(profile, (cell) => [
    ...ways.flatMap((way) => counts.map((count) => drawn(cell, profile, way, count))),
    drawn(cell, profile, { prior, starts: atLevels([100]) }, [50, 2]),
  ]);
}

/** The same of the DDPM alone. */
export function planCropDdpmDraws(profile = currentProfile()): DdpmRestoreSpec[] {
  const counts: Count[] = profile === "smoke" ? [[2, 2]] : countsOf(drawsOf.ddpm);
  return cells(profile, (cell) => counts.map(([evaluations, draws]) => byDdnm(cell, evaluations, draws)));
}

/** On images kept out of training: how many draws of how many evaluations `restore` takes. */
export function planDrawsTuning(profile = currentProfile()): WarmStart[] {
  if (profile === "smoke") return [];
  const make = (cell: Cell) =>
    countsOf(tried).map((count) => drawn(cell, profile, { prior: variation, starts: atLevels([100]) }, count));
  return cells(profile, make, cropsToTune(tuneImages.draws));
}

/** On images kept out of training, around a hole: what `restore` starts from there, at which level, and how many draws it takes. */
export function planGapTuning(profile = currentProfile()): WarmStart[] {
  if (profile === "smoke") return [];
  const starts = atLevels([100, 200, 400]);
  const make = (cell: Cell) => [
    drawn(cell, profile, { prior: variation, starts }, [20, 5]),
    drawn(cell, profile, { prior: fit([100, 200, 400]), starts }, [20, 5]),
    drawn(cell, profile, { prior: fit([200]), starts: starts.slice(0, 2) }, [50, 2]),
  ];
  return cells(profile, make, cropsToTune(tuneImages.gaps), someTasks(profile, ["hole"]));
}

/** Crops on which the ways to fill a hole are compared once more. */
const holeCrops = { default: 24, full: 24 } as const;

/**
 * A hole on more crops, every setting fixed by the tune images: DIP's start as `restore` has it, the start of least variation with as many
 * evaluations, from that level and from the next, and DIP alone, fitted to all that was measured.
 */
export function planHoleStarts(profile = currentProfile()): WarmStart[] {
  if (profile === "smoke") return [];
  const make = (cell: Cell) => [
    drawn(cell, profile, { prior: fit([100, 200]), starts: atLevels([100]) }, [50, 2]),
    drawn(cell, profile, { prior: variation, starts: atLevels([100, 200]) }, [50, 2]),
    dipOfAll(cell, profile),
  ];
  return cells(profile, make, cropsOf(profile, holeCrops), someTasks(profile, ["hole"]));
}

/** The same by the DDPM alone, the mean of three draws of fifty evaluations. */
export function planHoleDdpm(profile = currentProfile()): DdpmRestoreSpec[] {
  if (profile === "smoke") return [];
  const make = (cell: Cell) => [byDdnm(cell, 50, drawsOf.ddpm[50])];
  return cells(profile, make, cropsOf(profile, holeCrops), someTasks(profile, ["hole"]));
}

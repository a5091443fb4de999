import { atLevels, type Cell, chosenEta, fromNoise, type WarmStart } from "./cropTasks";

/** How a start goes down that nothing guides. */
type Unguided = Pick<WarmStart, "starts" | "evaluations" | "guidance">;

/** From the level that covers the estimated error. */
export const byRisk = (evaluations: readonly number[]): Unguided => ({
  ...{ starts: [{ by: "risk", kappa: 1 }], evaluations: [...evaluations], guidance: [{ kind: "none" }] },
});

/** From given levels. */
export const byLevels = (levels: readonly number[], evaluations: readonly number[]): Unguided => ({
  ...{ starts: atLevels(levels), evaluations: [...evaluations], guidance: [{ kind: "none" }] },
});

/** The DDPM alone by DDNM; of several draws the mean. */
export const byDdnm = (cell: Cell, evaluations: number, draws?: number) =>
  fromNoise(cell, { kind: "ddnm", evaluations, eta: chosenEta, ...(draws !== undefined && { draws }) });

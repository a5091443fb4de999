import { type CheckpointName, openDiffusion, readLevelErrors } from "../../ddpm";
import type { RestorationPrior } from "./task";

/**
 * A prior for `restore`, with its errors by level.
 * @param prior its name, or as a spec names it.
 * @throws as `openDiffusion`; Error when those errors are missing.
 */
export function openPrior(prior: string | CheckpointName): RestorationPrior {
  const name = typeof prior === "string" ? prior : prior.name;
  return { ...openDiffusion(prior), levelErrors: readLevelErrors(name) };
}

import { openDiffusion, readLevelErrors } from "../../ddpm";
import type { RestorationPrior } from "./task";

/** A prior for `restore`, with its errors by level. @throws as `openDiffusion`; Error when those errors are missing. */
export function openPrior(name: string): RestorationPrior {
  return { ...openDiffusion(name), levelErrors: readLevelErrors(name) };
}

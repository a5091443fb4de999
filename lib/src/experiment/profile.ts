import { join } from "node:path";
import { dataFolder, projectFolder } from "../data";

/** How much is computed: everything, tiny; what the report shows; or more seeds and photos. */
export type ProfileName = "smoke" | "default" | "full";

const names: readonly ProfileName[] = ["smoke", "default", "full"];

/** Where this process reads and writes, and how much it computes. */
export interface Profile {
  name: ProfileName;
  /** Compute every trial, stored or not. */
  fresh: boolean;
  resultsFolder: string;
  figuresFolder: string;
}

/**
 * Reads the profile from the environment: DDPM_DIP_PROFILE (smoke, default, full), DDPM_DIP_FRESH (1 to recompute),
 * DDPM_DIP_RESULTS and DDPM_DIP_FIGURES (folders). The smoke profile keeps to report/smoke unless told otherwise,
 * so that it cannot write over the real results.
 * @throws RangeError when a value is not one of these.
 */
export function readProfile(environment: Record<string, string | undefined> = process.env): Profile {
  const name = (environment.DDPM_DIP_PROFILE ?? "default") as ProfileName;
  if (!names.includes(name)) throw new RangeError(`DDPM_DIP_PROFILE: got "${name}", want one of ${names.join(", ")}`);
  const own = name === "smoke" ? join(projectFolder(), "report", "smoke") : undefined;
  return {
    name,
    fresh: environment.DDPM_DIP_FRESH === "1",
    resultsFolder: environment.DDPM_DIP_RESULTS ?? (own ? join(own, "results") : join(dataFolder(), "results")),
    figuresFolder: environment.DDPM_DIP_FIGURES ?? (own ? join(own, "figures") : join(projectFolder(), "figures")),
  };
}

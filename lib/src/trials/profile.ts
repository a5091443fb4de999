import { figuresFolder, resultsFolder } from "../runtime";

/** How much is computed: everything, tiny; what the report shows; or more seeds. */
export type ProfileName = (typeof names)[number];

const names = ["smoke", "default", "full"] as const;

/** Where this process reads and writes, and how much it computes. */
export interface Profile {
  name: ProfileName;
  fresh: boolean;
  resultsFolder: string;
  figuresFolder: string;
}

/**
 * Reads the profile from the environment: DDPM_DIP_PROFILE (smoke, default, full), DDPM_DIP_FRESH (1 to recompute),
 * DDPM_DIP_RESULTS and DDPM_DIP_FIGURES (folders; those of smoke are in report/smoke, away from the real results).
 * @throws RangeError when a value is not one of these.
 */
export function readProfile(): Profile {
  const name = (process.env.DDPM_DIP_PROFILE ?? "default") as ProfileName;
  if (!names.includes(name)) throw new RangeError(`DDPM_DIP_PROFILE: got "${name}", want one of ${names.join(", ")}`);
  return {
    name,
    fresh: process.env.DDPM_DIP_FRESH === "1",
    resultsFolder: resultsFolder(),
    figuresFolder: figuresFolder(),
  };
}

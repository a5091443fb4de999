import { join } from "node:path";
import { installVenv } from "../setup/installVenv.mjs";
import { findPython } from "../setup/prerequisites.mjs";
import { runtimeFolder } from "../setup/process.mjs";

/** The program that hands out the work. */
export const snakemake = join(runtimeFolder, "sweep", "bin", "snakemake");

/** Installs Snakemake and its Slurm plugin into .runtime/sweep. */
export function installSnakemake() {
  const python = findPython({ oldestMinor: 11, purpose: " by Snakemake, which npm run sweep works through" });
  // The one package that has no wheel; a few lines of plain Python.
  const words = ["--require-hashes", "--no-binary=connection-pool"];
  return installVenv({ name: "sweep", what: "Snakemake", python, words });
}

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requirements } from "../setup/places.mjs";
import { findPython } from "../setup/prerequisites.mjs";
import { runLogged, runtimeFolder } from "../setup/process.mjs";
import { hashOf, isCurrent, markCurrent, markStale } from "../setup/stamp.mjs";

/** The program that hands out the work. */
export const snakemake = join(runtimeFolder, "sweep", "bin", "snakemake");

/**
 * Installs Snakemake and its Slurm plugin into .runtime/sweep, an environment of their own: nothing but the sweep needs
 * them, so the set-up does not bring them.
 * @throws {import("../setup/process.mjs").SetupError} where Python is too old or the installation fails
 */
export async function installSnakemake() {
  const venv = join(runtimeFolder, "sweep");
  const stamp = join(runtimeFolder, "stamps", "sweep");
  const python = findPython({ oldestMinor: 11, purpose: " by Snakemake, which npm run sweep works through" });
  const key = hashOf({ texts: [python, venv], files: [requirements("sweep")] });
  if (isCurrent(stamp, key, [snakemake])) return;
  markStale(stamp);
  console.log("[sweep] installing Snakemake into .runtime/sweep (about a minute, once)");
  if (existsSync(venv)) rmSync(venv, { recursive: true, force: true });
  await runLogged("sweep-venv", python, ["-m", "venv", venv]);
  await runLogged("sweep-pip", join(venv, "bin", "python"), [
    ...["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--require-hashes"],
    // The one package that has no wheel; a few lines of plain Python.
    ...["--only-binary=:all:", "--no-binary=connection-pool"],
    ...["-r", requirements("sweep")],
  ]);
  markCurrent(stamp, key);
}

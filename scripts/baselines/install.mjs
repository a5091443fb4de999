import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requirements } from "../setup/places.mjs";
import { findPython } from "../setup/prerequisites.mjs";
import { runLogged, runtimeFolder } from "../setup/process.mjs";
import { hashOf, isCurrent, markCurrent, markStale } from "../setup/stamp.mjs";

/**
 * Installs the tools into .runtime/baselines-venv, an environment of their own: they are no dependency of the project.
 * @returns {Promise<string>} its Python
 * @throws {import("../setup/process.mjs").SetupError} where Python is too old or the installation fails
 */
export async function installTools() {
  const venv = join(runtimeFolder, "baselines-venv");
  const stamp = join(runtimeFolder, "stamps", "baselines");
  const own = join(venv, "bin", "python");
  const python = findPython({ oldestMinor: 11, purpose: " by NumPy, which npm run baselines works with" });
  const key = hashOf({ texts: [python, venv], files: [requirements("baselines")] });
  if (isCurrent(stamp, key, [own])) return own;
  markStale(stamp);
  console.log("[baselines] installing bm3d and scikit-image into .runtime/baselines-venv (about a minute, once)");
  if (existsSync(venv)) rmSync(venv, { recursive: true, force: true });
  await runLogged("baselines-venv", python, ["-m", "venv", venv]);
  await runLogged("baselines-pip", own, [
    ...["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--require-hashes", "--only-binary=:all:"],
    ...["-r", requirements("baselines")],
  ]);
  markCurrent(stamp, key);
  return own;
}

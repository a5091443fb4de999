import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pip } from "./make.mjs";
import { requirements } from "./places.mjs";
import { runLogged, runtimeFolder } from "./process.mjs";
import { hashOf, isCurrent, markCurrent, markStale } from "./stamp.mjs";

/**
 * Makes a virtual environment in .runtime with what one command alone needs, so that the set-up does not bring it.
 * @param {{ name: string, what: string, python: string, folder?: string, words?: string[] }} wants name: of its list of
 *   requirements; what: is installed, in words; words: further ones for pip
 * @returns {Promise<string>} the folder of its programs
 * @throws {import("./process.mjs").SetupError} where the installation fails
 */
export async function installVenv({ name, what, python, folder = name, words = [] }) {
  const venv = join(runtimeFolder, folder);
  const bin = join(venv, "bin");
  const stamp = join(runtimeFolder, "stamps", name);
  const key = hashOf({ texts: [python, venv], files: [requirements(name)] });
  if (isCurrent(stamp, key, [join(bin, "python")])) return bin;
  markStale(stamp);
  console.log(`[${name}] installing ${what} into .runtime/${folder} (a minute or more, once)`);
  if (existsSync(venv)) rmSync(venv, { recursive: true, force: true });
  await runLogged(`${name}-venv`, python, ["-m", "venv", venv]);
  const list = ["--only-binary=:all:", ...words, "-r", requirements(name)];
  await runLogged(`${name}-pip`, join(bin, "python"), [...pip, "install", ...list]);
  markCurrent(stamp, key);
  return bin;
}

import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { root, UsageError } from "./process.mjs";

/**
 * Reads words in a way of its own; what it throws is shown with the help below.
 * @template Words
 * @param {string} help
 * @param {() => Words} read
 */
export function explainWith(help, read) {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${help}`);
  }
}

/**
 * @param {string} profile
 * @param {string} [name] what it was given by
 * @throws Error when there is no such profile
 */
export function requireProfile(profile, name = "--profile") {
  if (!["smoke", "default", "full"].includes(profile)) {
    throw new Error(`${name}: got "${profile}", want smoke, default or full`);
  }
}

/**
 * @param {string} name of the option
 * @param {string | undefined} value
 * @returns the number, undefined where none was given
 * @throws Error when it is none above 0
 */
export function readAboveZero(name, value) {
  if (value === undefined) return undefined;
  if (Number(value) > 0) return Number(value);
  throw new Error(`--${name}: got "${value}", want a number above 0`);
}

/** @param {string} seed @throws Error when it is no whole number */
export function requireSeed(seed) {
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed: got "${seed}", want a whole number`);
}

/**
 * @param {string} name what it was given by
 * @param {string} place a relative one is taken from the top of the project
 * @throws Error when it is not there
 */
export function requirePlace(name, place) {
  const file = resolve(root, place);
  if (!existsSync(file)) throw new Error(`${name}: got "${place}", there is no ${file}`);
}

/**
 * @param {string} name what it was given by
 * @param {string} place of a folder that is there or can be made
 * @throws Error when a file is in the way
 */
export function requireFolder(name, place) {
  let file = resolve(root, place);
  while (!existsSync(file)) file = dirname(file);
  if (!statSync(file).isDirectory()) throw new Error(`${name}: got "${place}", but ${file} is no folder`);
}

/** @throws Error when a variable that names a folder names a file */
export function requireFolders() {
  for (const name of ["DDPM_DIP_RESULTS", "DDPM_DIP_FIGURES", "DDPM_DIP_CHECKPOINTS"]) {
    const place = process.env[name];
    if (place) requireFolder(name, place);
  }
}

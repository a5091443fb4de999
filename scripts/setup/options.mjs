import { UsageError } from "./process.mjs";

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

import { parseArgs } from "node:util";
import { UsageError } from "./process.mjs";

/**
 * Reads the words of the command line.
 * @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} Options
 * @param {Options} options
 * @param {string} help shown below an error
 * @param {(values: ReturnType<typeof parseArgs<{ options: Options }>>["values"]) => void} check throws for values that do not fit
 */
export function readOptions(options, help, check) {
  return explainWith(help, () => {
    const { values } = parseArgs({ options });
    check(values);
    return values;
  });
}

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
 * Shows the help of a command without options when it is asked for.
 * @param {string} help
 * @returns {boolean} whether it was
 */
export function answersHelp(help) {
  const asked = process.argv.slice(2).some((word) => word === "--help" || word === "-h");
  if (asked) console.log(help);
  return asked;
}

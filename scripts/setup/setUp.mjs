import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { explainWith, requireFolders } from "./options.mjs";
import { runtimeEnvironment } from "./places.mjs";
import { checkPrerequisites } from "./prerequisites.mjs";
import { root, runtimeFolder, runVisible, SetupError, UsageError } from "./process.mjs";
import "./stopWhenUnread.mjs";
import { isCurrent, markCurrent, markStale } from "./stamp.mjs";
import { listSteps } from "./steps.mjs";

/** Does the steps that are not yet done, one line each. */
export async function setUp() {
  const machine = checkPrerequisites();
  const steps = listSteps(machine);
  let made = 0;
  for (const [index, step] of steps.entries()) {
    const stamp = step.stamp ?? join(runtimeFolder, "stamps", step.name);
    // The first step brings what the keys of later ones read.
    if (isCurrent(stamp, step.key(), step.products)) continue;
    markStale(stamp);
    const started = Date.now();
    process.stdout.write(`[set-up ${index + 1}/${steps.length}] ${step.title} ... `);
    await step.make();
    markCurrent(stamp, step.key());
    process.stdout.write(`${((Date.now() - started) / 1000).toFixed(0)} s\n`);
    made++;
  }
  if (made === 0) console.log("[set-up] all there");
}

/**
 * Runs a script of the project in the terminal's sight, once all is set up.
 * @param {string} room the folder in scripts/ whose main.mts it is
 * @param {string[]} words
 * @param {Record<string, string>} [env] beside what TensorFlow and the browser need
 * @returns {Promise<number>} its exit code
 */
export function runScript(room, words, env = {}) {
  const script = join(root, "scripts", room, "main.mts");
  const first = pathToFileURL(join(root, "scripts", "setup", "stopWhenUnread.mjs")).href;
  return runVisible(process.execPath, ["--import", first, "--import", "tsx", script, ...words], {
    env: { ...runtimeEnvironment(), ...env },
  });
}

/**
 * Runs a command-line program: errors that a user can mend are shown without a stack. Ends with 2 for words that do not fit,
 * with 1 for any other error.
 * @param {() => Promise<number | void>} main
 */
export async function runProgram(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stdout.write("\n");
    console.error(error instanceof SetupError ? `error: ${error.message}` : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/**
 * A command: its words are read and checked, then all is set up, then its work is done. --help shows the help alone.
 * @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} Options
 * @param {{ help: string, options?: Options, positionals?: boolean, args?: () => string[] }} words
 * @param {(values: ReturnType<typeof parseArgs<{ options: Options }>>["values"], positionals: string[]) => () => Promise<number | void>} check
 *   throws for words that do not fit, else returns the work
 */
export function runCommand({ help, options, positionals = false, args = () => process.argv.slice(2) }, check) {
  return runProgram(async () => {
    const work = explainWith(help, () => {
      const own = { ...options, help: { type: /** @type {const} */ ("boolean"), short: "h" } };
      const read = parseArgs({ args: args(), options: own, allowPositionals: positionals });
      const { help: asked, ...values } = read.values;
      if (!asked) requireFolders();
      return asked ? undefined : check(/** @type {any} */ (values), read.positionals);
    });
    if (!work) return console.log(help);
    await setUp();
    return work();
  });
}

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the project. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** What the set-up makes, outside of git. */
export const runtimeFolder = join(root, ".runtime");

/** A failure that the user can mend: shown without a stack. */
export class SetupError extends Error {}

/** Words that do not fit: nothing was begun, exit code 2. */
export class UsageError extends SetupError {}

/**
 * Runs a command with its output in a log file.
 * @param {string} name of the log in .runtime/log
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<void>} rejected with the end of the log when the command fails
 */
export function runLogged(name, command, args, { env = {}, cwd = root } = {}) {
  const folder = join(runtimeFolder, "log");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  const log = createWriteStream(file);
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.on("error", (error) => fail(new SetupError(`cannot run ${command}: ${error.message}`)));
    child.on("close", (code, signal) => {
      log.end(() => {
        if (code === 0) return done();
        const tail = readFileSync(file, "utf8").trimEnd().split("\n").slice(-25).join("\n");
        fail(
          new SetupError(
            `${command} ${signal ? `was ended by ${signal}` : `failed with code ${code}`}:\n${tail}\n(whole log: ${file})`,
          ),
        );
      });
    });
  });
}

/**
 * Runs a command in the terminal's sight, passes on what asks it to stop, and waits for it to end in its own way. (Where the
 * terminal tells the command as well, it hears of it twice at once, and takes that for once.)
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, passInterrupt?: boolean }} [options] passInterrupt: false for a command
 *   that takes two Ctrl-C at once for two
 * @returns {Promise<number>} its exit code; 128 and the signal's number where one has ended it
 */
export function runVisible(command, args, { env = {}, cwd = root, passInterrupt = true } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: "inherit" });
    const listeners = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]).map((signal) => {
      const pass = () => {
        if (signal !== "SIGINT" || passInterrupt) child.kill(signal);
      };
      process.on(signal, pass);
      return () => process.off(signal, pass);
    });
    const close = () => {
      for (const remove of listeners) remove();
    };
    child.on("error", (error) => {
      close();
      fail(error);
    });
    child.on("close", (code, signal) => {
      close();
      // Asked to stop, like any other: nobody reads it any more.
      if (signal === "SIGHUP") return done(130);
      done(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
    });
  });
}

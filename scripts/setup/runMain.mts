import { UsageError } from "./process.mjs";

/**
 * Runs what a script of a command is there for: an error is told in a line, without a stack, and ends it with 1, wrong words with 2.
 * @param main returns the exit code.
 */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

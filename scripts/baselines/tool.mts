import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that denoises images: `denoise.py`, or another that speaks as it does. */
export interface Tool {
  /** Versions of the packages that it works with, by name, as it said at its start. */
  versions: Record<string, string>;
  /** @throws Error with what the program said when it fails or ends. */
  denoise(job: Record<string, unknown>): Promise<{ seconds: number; peakMiB: number }>;
  close(): Promise<void>;
}

/**
 * Starts a program that says its versions in a first line of JSON and answers each line of its input by a line. It computes on
 * one core.
 * @throws Error when it cannot be started or says something else.
 */
export async function startTool(command: string, args: readonly string[]): Promise<Tool> {
  const threads = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  // Of its own group: an interrupt in the terminal is for this process, which lets the running call end.
  const child = spawn(command, args, {
    env: { ...process.env, ...threads },
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const failed = once(child, "error").then(([error]) => {
    throw new Error(`cannot run ${command}: ${(error as Error).message}`);
  });
  failed.catch(() => undefined);
  const ended = new Promise<number | null>((done) => child.once("close", done));
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = () => child.kill();
  process.once("exit", kill);
  const answer = async (): Promise<Record<string, unknown>> => {
    const { done, value } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(`${[command, ...args].join(" ")} ended with code ${await ended}`);
    const said = JSON.parse(value) as Record<string, unknown>;
    if (said.error !== undefined) throw new Error(String(said.error));
    return said;
  };
  const versions = (await answer()) as Record<string, string>;
  return {
    versions,
    async denoise(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { seconds, peakMiB } = await answer();
      if (typeof seconds !== "number" || typeof peakMiB !== "number")
        throw new Error("the tool's answer has no seconds");
      return { seconds, peakMiB };
    },
    async close() {
      process.off("exit", kill);
      child.stdin.end();
      await ended;
    },
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that answers each command, a line of JSON, by a line of JSON. */
export interface Worker {
  /** @throws Error with what the program says of its failure, or when it ends or cannot be run. */
  ask<Answer>(command: object): Promise<Answer>;
  /** A line that the program says unasked. @throws as `ask`. */
  listen<Answer>(): Promise<Answer>;
  /** Ends its input, and waits until it has ended. */
  close(): Promise<void>;
}

/** Starts a program. @param detached whether the terminal's interrupts are for this process alone. */
export function openWorker(
  program: string,
  args: readonly string[],
  { env = {}, detached = false }: { env?: NodeJS.ProcessEnv; detached?: boolean } = {},
): Worker {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
    detached,
  });
  const failed = once(child, "error").then(([error]) => {
    throw new Error(`cannot run ${program}: ${(error as Error).message}`);
  });
  failed.catch(() => undefined);
  const ended = new Promise<number | null>((done) => child.once("close", done));
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = () => child.kill();
  process.once("exit", kill);
  const listen = async <Answer,>(): Promise<Answer> => {
    const { done, value } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(`${[program, ...args].join(" ")} ended with code ${await ended}`);
    const answer = JSON.parse(value) as { error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer as Answer;
  };
  return {
    ask(command) {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      return listen();
    },
    listen,
    async close() {
      process.off("exit", kill);
      child.stdin.end();
      await ended;
    },
  };
}

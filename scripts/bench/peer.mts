import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A PyTorch worker: answers one JSON object to each command. */
export interface Peer {
  /** @throws Error with the worker's own message. */
  ask<T>(command: Record<string, unknown>): Promise<T>;
  close(): void;
}

/** Starts a worker with a number of threads. */
export function openPeer(threads: number): Peer {
  const python = process.env.DDPM_DIP_PEER;
  if (!python) throw new Error("DDPM_DIP_PEER is not set: run npm run bench");
  const script = join(import.meta.dirname, "peer.py");
  const child: ChildProcess = spawn(python, [script, String(threads)], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    async ask<T>(command: Record<string, unknown>): Promise<T> {
      child.stdin?.write(`${JSON.stringify(command)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`the PyTorch worker ended at ${JSON.stringify(command)}`);
      const answer = JSON.parse(value) as { error?: string };
      if (answer.error) throw new Error(`PyTorch: ${answer.error}`);
      return answer as T;
    },
    close: () => child.stdin?.end(),
  };
}

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A process that answers one JSON object to each command. */
export interface Worker {
  /** @throws Error with the worker's own message. */
  ask<T>(command: Record<string, unknown>): Promise<T>;
  close(): void;
}

function openWorker(program: string, args: string[], env: Record<string, string | undefined>): Worker {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask<T>(command: Record<string, unknown>): Promise<T> {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the worker ${args.join(" ")} ended at ${JSON.stringify(command)}`);
      const answer = JSON.parse(value) as { error?: string };
      if (answer.error) throw new Error(answer.error);
      return answer as T;
    },
    close: () => child.stdin.end(),
  };
}

const nodeWorker = (kind: string, env: Record<string, string | undefined>) =>
  openWorker(process.execPath, ["--import", "tsx", join(import.meta.dirname, "worker.mts"), kind], env);

/** Stock tfjs with the threads that TensorFlow gives itself. */
export const openStock = (): Worker => nodeWorker("stock", { TF_NUM_INTRAOP_THREADS: undefined });

/** Where the cores go: inside of each op, or each on ops of its own (TF_NUM_INTRAOP_THREADS=1). */
export type Threads = "within ops" | "across ops";

/** This engine, a step's convolutions alone, or the engine with TensorFlow's ops in place of its kernels. */
export const openEngine = (threads: Threads, part: "engine" | "convolutions" | "composites" = "engine"): Worker =>
  nodeWorker(part, {
    TF_NUM_INTRAOP_THREADS: threads === "across ops" ? "1" : undefined,
    DDPM_DIP_KERNELS: part === "composites" ? "0" : undefined,
  });

/** PyTorch on all cores. */
export function openPeer(): Worker {
  const python = process.env.DDPM_DIP_PEER;
  if (!python) throw new Error("DDPM_DIP_PEER is not set: run npm run bench");
  return openWorker(python, [join(import.meta.dirname, "peer.py"), String(availableParallelism())], {});
}

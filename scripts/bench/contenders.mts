import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openWorker, type Worker } from "../setup/worker.mjs";
import type { Work } from "./rows.mjs";

/** Something that runs steps of a work and says how long each took. */
export interface Contender {
  /** Makes ready for a work; the first step, with whatever is compiled in it, is done after that. */
  open(work: Work): Promise<void>;
  /** @returns milliseconds of each step. */
  run(count: number): Promise<number[]>;
  /** The highest resident memory since `open`, MiB. */
  peakMiB(): Promise<number>;
  /** Frees what the work needed. */
  close(): void;
}

/** A contender in a process of its own, a fresh one for each work. */
function inProcess(start: () => Worker, words: object = {}): Contender {
  let worker: Worker | undefined;
  const ask = <Answer,>(command: object): Promise<Answer> => {
    if (!worker) throw new Error("no work is open");
    return worker.ask<Answer>(command);
  };
  return {
    async open(row) {
      worker = start();
      await ask({ do: "open", row, ...words });
    },
    run: async (count) => (await ask<{ times: number[] }>({ do: "run", count })).times,
    peakMiB: async () => (await ask<{ peakMiB: number }>({ do: "describe" })).peakMiB,
    close() {
      void worker?.close();
      worker = undefined;
    },
  };
}

/** Where the cores go: inside of each op, or each on ops of its own (TF_NUM_INTRAOP_THREADS=1). */
type Threads = "within ops" | "across ops";

/** A worker of this side; TensorFlow's own choice of threads within ops. */
const ofNode = (part: string, threads: Threads = "within ops", env: NodeJS.ProcessEnv = {}): Contender => {
  const words = ["--import", "tsx", join(import.meta.dirname, "worker.mts"), part];
  const cores = { TF_NUM_INTRAOP_THREADS: threads === "across ops" ? "1" : undefined };
  return inProcess(() => openWorker(process.execPath, words, { env: { ...cores, ...env } }));
};

/** tfjs as it comes: its own layers, gradients and optimiser, one op after the other. */
export const stockTfjs = (): Contender => ofNode("stock");

/** This project's recorded steps. */
export const engine = (threads: Threads): Contender => ofNode("engine", threads);

/** The convolutions of this project's steps and nothing between them: a bound, not a contender. */
export const convolutions = (threads: Threads): Contender => ofNode("convolutions", threads);

/** The engine with TensorFlow's ops in place of its kernels, as on a GPU. */
export const composites = (threads: Threads): Contender => ofNode("composites", threads, { DDPM_DIP_KERNELS: "0" });

/** PyTorch on all cores with one memory layout, plain or compiled. */
export const pytorch = (layout: "default" | "channels-last" = "default", compiled = false): Contender =>
  inProcess(openPeer, { layout, compiled });

/** A worker in PyTorch. */
export function openPeer(): Worker {
  const python = process.env.DDPM_DIP_PEER;
  if (!python) throw new Error("DDPM_DIP_PEER is not set: run npm run bench");
  return openWorker(python, [join(import.meta.dirname, "peer.py"), String(availableParallelism())]);
}

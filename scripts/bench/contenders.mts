import type { KernelWork, Work } from "./rows.mjs";
import { openEngine, openPeer, openStock, type Threads, type Worker } from "./workers.mjs";

/** Something that runs steps of a work and says how long each took. */
export interface Contender {
  /** Makes ready for a work; the first step, with whatever is compiled in it, is done after that. */
  open(work: Work | KernelWork): Promise<void>;
  /** @returns milliseconds of each step. */
  run(count: number): Promise<number[]>;
  /** The highest resident memory since `open`, MiB. */
  peakMiB(): Promise<number>;
  /** Frees what the work needed. */
  close(): void;
}

/** A contender in a process of its own, a fresh one for each work. */
function inProcess(start: () => Worker, words: Record<string, unknown> = {}): Contender {
  let worker: Worker | undefined;
  const ask = <T,>(command: Record<string, unknown>): Promise<T> => {
    if (!worker) throw new Error("no work is open");
    return worker.ask<T>(command);
  };
  return {
    async open(row) {
      worker = start();
      await ask({ do: "open", row, ...words });
    },
    run: async (count) => (await ask<{ times: number[] }>({ do: "run", count })).times,
    peakMiB: async () => (await ask<{ peakMiB: number }>({ do: "describe" })).peakMiB,
    close() {
      worker?.close();
      worker = undefined;
    },
  };
}

/** tfjs as it comes: its own layers, gradients and optimiser, one op after the other. */
export const stockTfjs = (): Contender => inProcess(openStock);

/** This project's recorded steps. */
export const engine = (threads: Threads): Contender => inProcess(() => openEngine(threads));

/** The convolutions of this project's steps and nothing between them: a bound, not a contender. */
export const convolutions = (threads: Threads): Contender => inProcess(() => openEngine(threads, "convolutions"));

/** The engine with TensorFlow's ops in place of its kernels, as on a GPU. */
export const composites = (threads: Threads): Contender => inProcess(() => openEngine(threads, "composites"));

/** PyTorch with one memory layout, plain or compiled. */
export const pytorch = (layout: "default" | "channels-last", compiled: boolean): Contender =>
  inProcess(openPeer, { layout, compiled });

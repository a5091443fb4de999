import { ddpm, dip, runtime } from "ddpm-dip";
import { openPeer } from "./peer.mjs";
import type { Work } from "./rows.mjs";
import { openStockStep } from "./stock.mjs";

const { createUnet, linearSchedule, openDenoiser, trainDdpm } = ddpm;
const { createSkipNetwork, fitDip } = dip;
const { openStream, tf } = runtime;
type Images = ReturnType<typeof ddpm.toModelRange>;

/** Something that runs steps of a work and says how long each took. */
export interface Contender {
  /** Makes ready for a work; the first step, with whatever is compiled in it, is done after that. */
  open(work: Work): Promise<void>;
  /** @returns milliseconds of each step. */
  run(count: number): Promise<number[]>;
  /** Frees what the work needed. */
  close(): void;
}

function inProcess(openStep: (work: Work) => { step(): void; dispose(): void }): Contender {
  let opened: { step(): void; dispose(): void } | undefined;
  return {
    async open(work) {
      opened = openStep(work);
      opened.step();
    },
    async run(count) {
      return Array.from({ length: count }, () => {
        const began = performance.now();
        opened?.step();
        return performance.now() - began;
      });
    },
    close() {
      opened?.dispose();
      opened = undefined;
    },
  };
}

/** tfjs as it comes: its own layers, gradients and optimiser, one op after the other. */
export const stockTfjs: Contender = inProcess(openStockStep);

/** This project's recorded steps. */
export const engine: Contender = inProcess((work) => {
  if (work.kind === "dip") {
    const network = createSkipNetwork({ filters: work.filters }, 1);
    const target = openStream(1, "data").uniform([1, work.size, work.size, 3], 0, 1) as Images;
    const fit = fitDip(network, target, { iterations: 1_000_000 });
    return {
      step: () => void fit.next(),
      dispose() {
        fit.return();
        network.dispose();
        target.dispose();
      },
    };
  }
  const network = createUnet({ baseChannels: work.base }, 1);
  const images = openStream(1, "data").uniform([work.batch, work.size, work.size, 3], 0, 1) as Images;
  if (work.kind === "ddpm") {
    const training = trainDdpm(network, linearSchedule(), () => images.clone(), { steps: 1_000_000 });
    return {
      step: () => void training.next(),
      dispose() {
        training.return();
        network.dispose();
        images.dispose();
      },
    };
  }
  const denoiser = openDenoiser(network, linearSchedule(), [work.size, work.size, 3]);
  return {
    step() {
      const { noise, clean, sample } = denoiser.denoise(images, 500, { move: { cleanWeight: 0.3, noisyWeight: 0.7 } });
      sample.dataSync();
      tf.dispose([noise, clean, sample]);
    },
    dispose() {
      denoiser.dispose();
      network.dispose();
      images.dispose();
    },
  };
});

/** PyTorch with one memory layout, plain or compiled, in a process of its own. */
export function pytorch(layout: "default" | "channels-last", compiled: boolean, threads: number): Contender {
  let peer = openPeer(threads);
  return {
    async open(row) {
      peer.close();
      peer = openPeer(threads);
      await peer.ask({ do: "open", row, layout, compiled });
    },
    run: async (count) => (await peer.ask<{ times: number[] }>({ do: "run", count })).times,
    close: () => peer.close(),
  };
}

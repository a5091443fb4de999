import { createInterface } from "node:readline";
import { ddpm, dip, runtime } from "ddpm-dip";
import type { Work } from "./rows.mjs";
import { openStockStep } from "./stock.mjs";

/*
 * A worker of the benchmark for this side: answers the commands of peer.py, one JSON object a line. It is a process of
 * its own because TensorFlow settles its threads, and the system the peak of its memory, once a process.
 */
const { createUnet, linearSchedule, openDenoiser, trainDdpm } = ddpm;
const { createSkipNetwork, fitDip } = dip;
const { openStream, tf } = runtime;
type Images = ReturnType<typeof ddpm.toModelRange>;

/** A step of a work by this project's recorded steps. */
function openEngineStep(work: Work): () => void {
  if (work.kind === "dip") {
    const network = createSkipNetwork({ filters: work.filters }, 1);
    const target = openStream(1, "data").uniform([1, work.size, work.size, 3], 0, 1) as Images;
    const fit = fitDip(network, target, { iterations: 1_000_000 });
    return () => void fit.next();
  }
  const network = createUnet({ baseChannels: work.base }, 1);
  const images = openStream(1, "data").uniform([work.batch, work.size, work.size, 3], 0, 1) as Images;
  if (work.kind === "ddpm") {
    const training = trainDdpm(network, linearSchedule(), () => images.clone(), { steps: 1_000_000 });
    return () => void training.next();
  }
  const denoiser = openDenoiser(network, linearSchedule(), [work.size, work.size, 3]);
  return () => {
    const { noise, clean, sample } = denoiser.denoise(images, 500, { move: { cleanWeight: 0.3, noisyWeight: 0.7 } });
    sample.dataSync();
    tf.dispose([noise, clean, sample]);
  };
}

let step: (() => void) | undefined;

/** Answers one command. */
function answer(command: { do: string; row: Work; count: number }): object {
  if (command.do === "describe") return { peakMiB: process.resourceUsage().maxRSS / 1024 };
  if (command.do === "open") {
    step = process.argv[2] === "stock" ? openStockStep(command.row) : openEngineStep(command.row);
    step();
    return {};
  }
  const times = Array.from({ length: command.count }, () => {
    const began = performance.now();
    step?.();
    return performance.now() - began;
  });
  return { times };
}

for await (const line of createInterface({ input: process.stdin })) {
  let result: object;
  try {
    result = answer(JSON.parse(line));
  } catch (error) {
    result = { error: error instanceof Error ? error.message : String(error) };
  }
  console.log(JSON.stringify(result));
}

import { createInterface } from "node:readline";
import { ddpm, dip, runtime } from "ddpm-dip";
import { openConvolutions } from "./convolutions.mjs";
import { openKernel } from "./kernels.mjs";
import type { NetworkWork, Work } from "./rows.mjs";
import { openStockStep } from "./stock.mjs";

/*
 * A worker of the benchmark for this side: answers the commands of peer.py, one JSON object a line. It is a process of
 * its own because TensorFlow settles its threads, and the system the peak of its memory, once a process.
 */
const { createResidualUnet, createUnet, linearSchedule, openDenoiser, trainDdpm } = ddpm;
const { createSkipNetwork, fitDip } = dip;
const { openStream, tf } = runtime;
type Images = ddpm.Images;

/** A product of two square matrices: the peak that the steps are held against. */
function openMatmul(size: number): () => void {
  const [a, b] = [tf.randomUniform([size, size]), tf.randomUniform([size, size])];
  return () => tf.tidy(() => void tf.slice(tf.matMul(a as never, b as never), [0, 0], [1, 1]).dataSync());
}

/** A step of a work by this project, recorded or op by op. */
function openEngineStep(work: NetworkWork, way: runtime.Engine): () => void {
  if (work.kind === "dip") {
    const network = createSkipNetwork({ filters: work.filters }, 1);
    const target = openStream(1, "data").uniform([1, work.size, work.size, 3], 0, 1) as Images;
    const fit = fitDip(network, target, { iterations: 1_000_000, engine: way });
    return () => void fit.next();
  }
  const schedule = linearSchedule();
  const network =
    "base" in work.network
      ? createUnet({ baseChannels: work.network.base }, 1)
      : createResidualUnet(work.network, schedule, 1);
  const images = openStream(1, "data").uniform([work.batch, work.size, work.size, 3], 0, 1) as Images;
  if (work.kind === "ddpm") {
    const training = trainDdpm(network, schedule, () => images.clone(), { steps: 1_000_000, engine: way });
    return () => void training.next();
  }
  const denoiser = openDenoiser(network, schedule, [work.size, work.size, 3], { engine: way });
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
    const { row } = command;
    if (row.kind === "matmul") step = openMatmul(row.size);
    else if (row.kind === "kernel") step = openKernel(row);
    else if (process.argv[2] === "stock") step = openStockStep(row);
    else if (process.argv[2] === "convolutions") step = openConvolutions(() => openEngineStep(row, "eager"));
    else step = openEngineStep(row, "recorded");
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
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: runtime.whyOf(error) }));
  }
}

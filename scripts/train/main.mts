import { existsSync, writeFileSync } from "node:fs";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { UsageError } from "../setup/process.mjs";
import { runMain } from "../setup/runMain.mjs";

const { importTraining, runTraining, trainClassifier, trainingFiles, trainings } = experiment.training;
const options = JSON.parse(process.argv[2] as string) as {
  name: keyof typeof trainings | "classifier";
  data?: string;
  out?: string;
  minutes?: number;
  spec?: string;
  from?: string;
};

const stop = new AbortController();
/** Stopped before the end: the same command goes on. */
const unfinished = 130;
runtime.listenForStop({
  first() {
    console.error("\nstopping at the next reading of the loss; again to stop at once");
    stop.abort();
  },
  again: () => process.exit(unfinished),
});

let bar: experiment.Progress | undefined;
let shownAt = 0;
/** A bar in a terminal, a line a minute elsewhere. */
function show({ step, steps, loss, secondsPerStep, secondsLeft }: experiment.training.TrainingProgress): void {
  const note = `loss ${loss.toFixed(4)}, ${secondsPerStep.toFixed(3)} s a step`;
  bar ??= experiment.openProgress(steps);
  bar.update(step, `step ${step} of ${steps}, ${note}`);
  if (process.stderr.isTTY || Date.now() - shownAt < 60_000) return;
  shownAt = Date.now();
  console.log(`step ${step} of ${steps}, ${note}, ${Math.round(secondsLeft / 60)} min left`);
}

const common = {
  ...(options.data !== undefined && { data: options.data }),
  ...(options.out !== undefined && { folder: options.out }),
  signal: stop.signal,
  onProgress: show,
};

/** @throws UsageError when what is trained on is not part of the project and not there. */
function requireData({ data }: experiment.training.TrainingSpec): void {
  const place = options.data ?? runtime.bsd400Place();
  if (data.kind !== "bsd400" || existsSync(place)) return;
  throw new UsageError(
    `--data: ${options.name} is trained on BSD400, and there is no ${place}: want its folder or .tar, or DDPM_DIP_BSD400`,
  );
}

async function main(): Promise<number> {
  if (options.name === "classifier") {
    const right = await trainClassifier(common);
    bar?.finish(right === undefined ? "stopped: nothing is written" : "finished");
    if (right === undefined) return unfinished;
    console.log(`${(100 * right).toFixed(1)} % of the test images right`);
    return 0;
  }
  if (options.spec !== undefined) {
    writeFileSync(options.spec, `${JSON.stringify(trainings[options.name])}\n`);
    console.log(options.spec);
    return 0;
  }
  const { checkpoint, card, state } = trainingFiles(options.name, options.out);
  if (options.from !== undefined) {
    await importTraining(options.name, options.from, options.out);
    console.log(`${checkpoint}\n${card}`);
    return 0;
  }
  requireData(trainings[options.name]);
  const limit = options.minutes !== undefined && { minutes: options.minutes };
  const log = await runTraining(trainings[options.name], { ...common, ...limit });
  bar?.finish(log.finished ? "finished" : "stopped");
  console.log(log.finished ? `${checkpoint}\n${card}` : `saved in ${state}; the same command goes on`);
  return log.finished ? 0 : unfinished;
}

await runMain(() =>
  main().catch((error: unknown) => {
    bar?.finish("failed");
    throw error;
  }),
);

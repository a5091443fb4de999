import { existsSync, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import canonicalize from "canonicalize";
import {
  createNamedSchedule,
  createNetwork,
  openDenoiser,
  readStateNotes,
  saveDdpm,
  trainDdpm,
  trainingFiles,
  unlistCheckpoint,
  validationLosses,
} from "ddpm-dip/ddpm";
import { cosineDecay, countParameters, type Parameters, withParameters } from "ddpm-dip/nn";
import { lockFolder, openStream, writeWhole } from "ddpm-dip/runtime";
import { describeRun } from "ddpm-dip/trials";
import { sumSimple } from "simple-statistics";
import { type Own, owning } from "../owning";
import { writeCard } from "./card";
import { parseTrainingLog, type TrainingLog, writeTrainingLog } from "./log";
import { openTrainingData } from "./sources";
import { storedPrecision, type TrainingSpec, trainingSchema } from "./spec";

/** Where and how long a training runs. */
export interface RunTrainingOptions {
  /** The folder of CIFAR-10, or the folder or archive of BSD400, for what is trained on it. */
  data?: string;
  /** Where the checkpoint, its log, its card and the state to resume from go: `checkpointsFolder`. */
  folder?: string;
  /** Stops after about so many minutes; the next run goes on from there. */
  minutes?: number;
  /** How often the state is written; every two minutes. */
  saveEverySeconds?: number;
  /** Aborts between two steps; what is done is saved. */
  signal?: AbortSignal;
  onProgress?: (progress: TrainingProgress) => void;
}

export interface TrainingProgress {
  step: number;
  steps: number;
  loss: number;
  secondsPerStep: number;
  secondsLeft: number;
}

/**
 * Trains a DDPM, resuming where an earlier run was stopped or killed, and at its end writes the averaged weights, the log
 * and the card.
 * @returns the log; not `finished` when it was stopped before its last step.
 * @throws RangeError naming a field of the spec that is not valid; Error when the saved state is damaged or of another spec, or
 *   another process trains the same.
 */
export async function runTraining(spec: TrainingSpec, options: RunTrainingOptions = {}): Promise<TrainingLog> {
  const parsed = trainingSchema.safeParse(spec);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RangeError(`the training's spec is not valid: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const files = trainingFiles(spec.name, options.folder);
  const folder = dirname(files.state);
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder, `"${spec.name}" is being trained`, spec.name);
  try {
    return await owning((own) => trainOn(spec, options, files, own));
  } finally {
    unlock();
  }
}

/** The log as of a saved state. @throws Error naming the state when it is of another spec, or holds no log. */
function readEarlier(state: string, spec: TrainingSpec): TrainingLog | undefined {
  if (!existsSync(state)) return undefined;
  const earlier = parseTrainingLog(readStateNotes(state).log ?? "", state);
  if (canonicalize(earlier.spec) === canonicalize(spec)) return earlier;
  throw new Error(`${state} is of another spec of "${spec.name}"; remove it to begin anew`);
}

/** How far a training is after a step, by the seconds of all so far. */
export function progressAt(step: number, steps: number, loss: number, seconds: number): TrainingProgress {
  const secondsPerStep = seconds / step;
  return { step, steps, loss, secondsPerStep, secondsLeft: secondsPerStep * (steps - step) };
}

async function trainOn(
  spec: TrainingSpec,
  options: RunTrainingOptions,
  files: ReturnType<typeof trainingFiles>,
  own: Own,
): Promise<TrainingLog> {
  const { saveEverySeconds = 120 } = options;
  // Steps whose losses are averaged to one reading.
  const readingLength = Math.max(1, Math.floor(spec.steps / 200));
  const earlier = readEarlier(files.state, spec);
  const { source, description, licence, ...data } = await openTrainingData(spec, options.data);
  const validation = own(data.validation);
  const network = own(createNetwork(spec.model, spec.seeds.network));
  const log: TrainingLog = earlier ?? {
    ...{ spec, loss: [], validation: [], seconds: 0, dataShare: 0, parameters: countParameters(network.parameters) },
    ...{ data: description, licence, machine: describeRun(), finished: false },
  };
  const schedule = createNamedSchedule(spec.model.schedule);
  const [, height, width, channels] = validation.shape;
  const denoiser = own(openDenoiser(network, schedule, [height, width, channels]));
  const started = Date.now();
  let [dataSeconds, savedAt, latest] = [log.dataShare * log.seconds, Date.now(), [] as number[]];
  let stepping = performance.now();
  const training = trainDdpm(
    network,
    schedule,
    (step) => {
      const drawing = performance.now();
      const batch = source.next(step - 1);
      dataSeconds += (performance.now() - drawing) / 1000;
      return spec.model.network.classes > 0 ? batch : { images: batch.images };
    },
    {
      steps: spec.steps,
      learningRate: cosineDecay({ ...spec.learningRate, steps: spec.steps }),
      ...(spec.optimizer && { optimizer: spec.optimizer }),
      clipNorm: spec.clipNorm,
      averageDecay: spec.averageDecay,
      times: spec.times,
      unlabelled: spec.unlabelled,
      seed: spec.seeds.training,
      ...(earlier && { resume: files.state }),
    },
  );
  const validate = async (step: number, weights: Parameters) => {
    const levels = await withParameters(network.parameters, weights, () => {
      denoiser.refresh();
      return validationLosses(denoiser, validation, spec.validateAt, openStream(spec.seeds.training, "noise"));
    });
    log.validation.push({ step, seconds: log.seconds, levels });
  };
  own({ dispose: () => training.return() });
  for (const { step, loss, readAverage, save } of training) {
    log.seconds += (performance.now() - stepping) / 1000;
    log.dataShare = dataSeconds / log.seconds;
    latest.push(loss);
    if (latest.length === readingLength || step === spec.steps) {
      log.loss.push({ step, loss: sumSimple(latest) / latest.length });
      latest = [];
    }
    if (step % spec.validateEvery === 0 || step === spec.steps) await validate(step, readAverage());
    options.onProgress?.(progressAt(step, spec.steps, log.loss.at(-1)?.loss ?? loss, log.seconds));
    if (step === spec.steps) {
      log.finished = true;
      await unlistCheckpoint(files.checkpoint);
      const notes = { name: spec.name, data: description, licence };
      await saveDdpm(files.checkpoint, readAverage(), spec.model, notes, { precision: storedPrecision(spec) });
      await writeTrainingLog(files.log, log);
      await writeWhole(files.card, writeCard(log));
      await rm(files.state, { force: true });
      break;
    }
    await nextTurn();
    const over = options.minutes !== undefined && Date.now() - started > options.minutes * 60_000;
    const ends = over || options.signal?.aborted === true;
    // A reading that is not full is begun anew by a resumed run, so the state is saved between two readings.
    if (latest.length === 0 && (ends || Date.now() - savedAt > 1000 * saveEverySeconds)) {
      await save(files.state, { log: JSON.stringify(log) });
      savedAt = Date.now();
      if (ends) break;
    }
    stepping = performance.now();
  }
  return log;
}

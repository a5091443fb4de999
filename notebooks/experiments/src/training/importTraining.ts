import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { loadDdpm, saveDdpm, trainingFiles, unlistCheckpoint } from "ddpm-dip/ddpm";
import { writeWhole } from "ddpm-dip/runtime";
import { writeCard } from "./card";
import { readTrainingLog, type TrainingLog, writeTrainingLog } from "./log";
import { storedPrecision } from "./spec";

/**
 * Takes over what scripts/priors/train.py has trained: the averaged weights, the log, and a card written from it.
 * @param from the folder that holds NAME.safetensors and NAME.json.
 * @throws Error naming the file that is missing, damaged, or of another training.
 */
export async function importTraining(name: string, from: string, folder?: string): Promise<TrainingLog> {
  const [source, target] = [trainingFiles(name, from), trainingFiles(name, folder)];
  const read = readTrainingLog(source.log);
  if (!read) throw new Error(`there is no ${source.log}`);
  const log: TrainingLog = { ...read, trainer: "pytorch" };
  const { network, description, notes } = loadDdpm(source.checkpoint);
  try {
    if (log.spec.name !== name || JSON.stringify(log.spec.model) !== JSON.stringify(description)) {
      throw new Error(`${source.checkpoint} is not the network of ${source.log}`);
    }
    mkdirSync(dirname(target.checkpoint), { recursive: true });
    const precision = storedPrecision(log.spec);
    await unlistCheckpoint(target.checkpoint);
    await saveDdpm(target.checkpoint, network.parameters, description, notes, { precision });
  } finally {
    network.dispose();
  }
  await writeTrainingLog(target.log, log);
  await writeWhole(target.card, writeCard(log));
  return log;
}

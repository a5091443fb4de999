import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ddpm, runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { digestOf, type Victim } from "./victim.mjs";

/** `npm run train` of a tiny network whose state is saved after each step. */
export const train: Victim = {
  async prepare() {},
  words: (folder) => ["--import", "tsx", join(root, "scripts", "torture", "trainTiny.mts"), folder],
  look(folder) {
    const { checkpoint, log, state } = experiment.training.trainingFiles("tiny", folder);
    if (existsSync(state)) ddpm.readStateNotes(state);
    if (existsSync(checkpoint)) runtime.tf.dispose(runtime.readCheckpoint(checkpoint).tensors);
    const written = experiment.training.readTrainingLog(log);
    return {
      ...(existsSync(checkpoint) && { checkpoint: digestOf(readFileSync(checkpoint)) }),
      ...(written && { loss: JSON.stringify(written.loss) }),
    };
  },
};

import { join } from "node:path";
import { checkpointsFolder } from "../../runtime";

/** The files of a training, and of the checkpoint that it makes. */
export function trainingFiles(name: string, folder = checkpointsFolder(), work = folder) {
  return {
    checkpoint: join(folder, `${name}.safetensors`),
    log: join(folder, `${name}.json`),
    card: join(folder, `${name}.md`),
    state: join(work, `${name}.state.safetensors`),
    /** The log as of the state. */
    stateLog: join(work, `${name}.state.json`),
  };
}

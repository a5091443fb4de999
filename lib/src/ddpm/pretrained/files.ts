import { join } from "node:path";
import { checkpointsFolder } from "../../runtime";

/** The files of a training, and of the checkpoint that it makes. */
export function trainingFiles(name: string, folder = checkpointsFolder(), work = folder) {
  return {
    checkpoint: join(folder, `${name}.safetensors`),
    log: join(folder, `${name}.json`),
    card: join(folder, `${name}.md`),
    /** With the log of the same moment in its metadata. */
    state: join(work, `${name}.state.safetensors`),
  };
}

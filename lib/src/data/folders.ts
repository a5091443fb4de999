import { join, resolve } from "node:path";

/** The top of the project, found from this file's own place. */
export function projectFolder(): string {
  return resolve(__dirname, "..", "..", "..");
}

/** The project's data folder: photos, checkpoints and results. */
export function dataFolder(): string {
  return join(projectFolder(), "data");
}

import { join, resolve } from "node:path";

/** The top of the project, found from this file's own place. */
export const projectFolder = (): string => resolve(__dirname, "..", "..", "..");

/** The project's data folder: photos, checkpoints and results. */
export const dataFolder = (): string => join(projectFolder(), "data");

/** The place that a variable names, a relative one from the top of the project, whatever folder the program was started in. */
function chosenPlace(variable: string): string | undefined {
  const place = process.env[variable];
  return place ? resolve(projectFolder(), place) : undefined;
}

/** What the smoke profile computes stays in here, apart from the real results. */
function smokeFolder(): string | undefined {
  return process.env.DDPM_DIP_PROFILE === "smoke" ? join(projectFolder(), "report", "smoke") : undefined;
}

/** Where trials are stored: the variable DDPM_DIP_RESULTS, or data/results. */
export const resultsFolder = (): string =>
  chosenPlace("DDPM_DIP_RESULTS") ?? join(smokeFolder() ?? dataFolder(), "results");

/** Where figures and tables are exported: the variable DDPM_DIP_FIGURES, or figures. */
export const figuresFolder = (): string =>
  chosenPlace("DDPM_DIP_FIGURES") ?? join(smokeFolder() ?? projectFolder(), "figures");

/** Where trained checkpoints are: the variable DDPM_DIP_CHECKPOINTS, or data/checkpoints. */
export const checkpointsFolder = (): string => chosenPlace("DDPM_DIP_CHECKPOINTS") ?? join(dataFolder(), "checkpoints");

/*
 * Where data of others lie: the images of the Deep Image Prior's paper, the test images of Set14 and CBSD68, and BSD400, a
 * folder or a .tar. Each is the place that its variable names, or one beside the project.
 */
const placeOf = (variable: string, ...shared: string[]): string =>
  chosenPlace(variable) ?? resolve(projectFolder(), "..", "shared", ...shared);

export const paperImagesFolder = (): string => placeOf("DDPM_DIP_PAPER_IMAGES", "images", "dip");
export const set14Folder = (): string => placeOf("DDPM_DIP_SET14", "images", "set14");
export const cbsd68Folder = (): string => placeOf("DDPM_DIP_CBSD68", "images", "cbsd68");
export const bsd400Place = (): string => placeOf("DDPM_DIP_BSD400", "datasets", "bsd400-train.tar");

/** Where what can be made again is kept, outside of git. */
export const cacheFolder = (): string => join(projectFolder(), ".runtime", "data");

/** Where CIFAR-10 is: the variable DDPM_DIP_CIFAR10. @throws Error when it is not set. */
export function cifar10Folder(): string {
  const folder = chosenPlace("DDPM_DIP_CIFAR10");
  if (folder) return folder;
  throw new Error("CIFAR-10 is not part of this project: set DDPM_DIP_CIFAR10 to the folder that it is in");
}

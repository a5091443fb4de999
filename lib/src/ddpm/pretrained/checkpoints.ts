import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { checkpointsFolder, sha256 } from "../../runtime";
import { loadDdpm, type TrainedDdpm } from "../checkpoint";
import { loadFfdnet } from "../ffdnet";
import type { GaussianDenoiser } from "../gaussianDenoiser";
import { listedDigest, listName } from "./listed";

/** The files of a training, and of the checkpoint that it makes. */
export function trainingFiles(name: string, folder = checkpointsFolder()) {
  return {
    checkpoint: join(folder, `${name}.safetensors`),
    log: join(folder, `${name}.json`),
    card: join(folder, `${name}.md`),
    /** With the log of the same moment in its metadata. */
    state: join(folder, `${name}.state.safetensors`),
  };
}

/** A checkpoint as a spec names it. */
export interface CheckpointName {
  name: string;
  /** The start of the file's SHA-256, so that a new training makes new trials. */
  digest: string;
}

/** Whether there is a checkpoint of that name. */
export function hasCheckpoint(name: string): boolean {
  return isFile(trainingFiles(name).checkpoint);
}

const isFile = (place: string): boolean => existsSync(place) && statSync(place).isFile();

function fileOf(name: string): string {
  const { checkpoint } = trainingFiles(name);
  if (isFile(checkpoint)) return checkpoint;
  throw new Error(`there is no checkpoint "${name}" (${checkpoint}); npm run train -- ${name} makes it`);
}

/** Of each file the digest, with what tells that it is still the same file. */
const digests = new Map<string, { state: string; digest: string }>();

/** Read once while the file stays as it is: a plan names the same few checkpoints in each of its specs. */
function digestOf(file: string): string {
  const { mtimeNs, ctimeNs, size, ino } = statSync(file, { bigint: true });
  const state = [mtimeNs, ctimeNs, size, ino].join();
  const known = digests.get(file);
  const digest = known?.state === state ? known.digest : sha256(readFileSync(file));
  digests.set(file, { state, digest });
  requireListed(file, digest);
  return digest.slice(0, 16);
}

/** The whole file counts: weights, and what they are described by. */
function requireListed(file: string, digest: string): void {
  const want = listedDigest(file);
  if (want === undefined || want === digest) return;
  throw new Error(
    `${file} is damaged: its SHA-256 is ${digest}, ${listName} beside it has ${want}; bring it back ` +
      `(git checkout -- ${basename(file)} in its folder), or take its line out of ${listName} where the file is your own`,
  );
}

/**
 * Names a checkpoint that is there: one of data/checkpoints, or of the folder in DDPM_DIP_CHECKPOINTS.
 * @throws Error naming the command that makes it when it is not; Error when it is not as `SHA256SUMS` beside it has it.
 */
export function nameCheckpoint(name: string): CheckpointName {
  return { name, digest: digestOf(fileOf(name)) };
}

/** The file of a checkpoint. @throws Error when it is missing or another one than the spec names. */
export function checkpointFile({ name, digest }: CheckpointName): string {
  const file = fileOf(name);
  const found = digestOf(file);
  if (found !== digest) throw new Error(`${file} is another checkpoint: its digest is ${found}, not ${digest}`);
  return file;
}

/** Loads a checkpoint. @throws Error when it is missing, damaged, or another one than the spec names. */
export function openCheckpoint(checkpoint: CheckpointName): TrainedDdpm {
  return loadDdpm(checkpointFile(checkpoint));
}

/** Loads FFDNet. @throws as `openCheckpoint`. */
export function openFfdnet(checkpoint: CheckpointName): GaussianDenoiser {
  return loadFfdnet(checkpointFile(checkpoint));
}

import { existsSync, readFileSync } from "node:fs";
import { enlargeBicubic } from "../data";
import { tf } from "../runtime";
import { sha256 } from "../runtime/digest";
import { encodePhoto, type ReadPhoto, readPhoto, tensorsOf } from "./photoFile";
import type { PlannedPhoto } from "./planRun";
import { drawPreviews, dropPreviews, writePreviews } from "./previews";
import { leastSigma, restorePhoto } from "./restorePhoto";
import { byBoth, type Models } from "./restoreTiles";
import type { ResultFolder } from "./resultFolder";
import { type PhotoResult, readResult, type StoredRecord, writeResult } from "./resultRecord";
import { filesOf } from "./results";
import type { Outcome, PhotoWork } from "./runPhotos";
import { keyOf } from "./sealed";
import type { Settings } from "./settings";
import { openTileStore } from "./tileStore";

export interface PhotoRun extends Models {
  out: string;
  settings: Settings;
  results: Pick<ResultFolder, "markOf" | "counts">;
  models: Record<string, unknown>;
  signal?: AbortSignal | undefined;
}

/** The level that is given is that of the photo in its file; a smaller one has less. @throws Error when none is left. */
export function convertLevel(
  settings: Settings,
  { image, original, noiseGain, estimateGain }: Pick<ReadPhoto, "image" | "original" | "noiseGain" | "estimateGain">,
): { settings: Settings; reasons: string[] } {
  const { sigma, task } = settings;
  if (noiseGain === 1) return { settings, reasons: [] };
  const [, height, width] = image.shape;
  const sizes = `${original.width}x${original.height} to ${width}x${height} pixels`;
  if (!sigma) {
    const raised = `raised by ${(100 * (estimateGain - 1)).toFixed(0)} % for what that took of the highest frequencies`;
    const after = task === "denoise" ? [`Brought from ${sizes}; the noise was estimated after that, ${raised}.`] : [];
    return { settings, reasons: after };
  }
  const left = noiseGain * sigma;
  const tell = (level: number) => (255 * level).toFixed(2);
  const how = `brought from ${sizes}, white noise falls to ${noiseGain.toFixed(3)} of it: from ${tell(sigma)} to ${tell(left)}`;
  if (task === "denoise" && left < leastSigma) {
    throw new Error(`no noise is left to remove: ${how}; want a larger --size`);
  }
  return { settings: { ...settings, sigma: left }, reasons: [`--sigma belongs to the photo's own size; ${how}.`] };
}

/** A photo that is finished, or what is to be made of it. */
type Found =
  | { finished: PhotoResult }
  | { finished?: undefined; bytes: Buffer; photo: string; key: string; stored: StoredRecord };

function lookUp({ photo, mask }: PlannedPhoto, { out, settings, results, models }: PhotoRun): Found {
  const stored = readResult(filesOf(out, photo.name), results.markOf(photo.name).owner);
  const finished = stored.result && results.counts(stored.result) ? stored.result : undefined;
  // Moved away since it was finished.
  if (finished && !existsSync(photo.file)) return { finished };
  const bytes = readFileSync(photo.file);
  const given = { photo: sha256(bytes), mask: mask === undefined ? "none" : sha256(readFileSync(mask)) };
  const key = keyOf({ settings, ...models, ...given, name: photo.name });
  return finished?.key === key ? { finished } : { bytes, photo: given.photo, key, stored };
}

/** What became of a photo, with the result that former runs have left where this one has none. */
export function addFormer(outcome: Outcome, planned: PlannedPhoto, run: PhotoRun): Outcome {
  if (outcome.result) return outcome;
  const { result } = readResult(filesOf(run.out, planned.photo.name), run.results.markOf(planned.photo.name).owner);
  if (!result) return outcome;
  const isFinished = outcome.status === "not reached" && isStillFinished(planned, run);
  return { ...outcome, result, ...(isFinished && { status: "unchanged" }) };
}

function isStillFinished(planned: PlannedPhoto, run: PhotoRun): boolean {
  try {
    return lookUp(planned, run).finished !== undefined;
  } catch {
    return false;
  }
}

export async function restoreOne(
  planned: PlannedPhoto,
  run: PhotoRun,
  { onProgress, onNotice }: Parameters<PhotoWork>[1],
): Promise<{ result: PhotoResult; fromBefore: boolean }> {
  const { photo, mask } = planned;
  const { out, settings, signal, prior, network } = run;
  const found = lookUp(planned, run);
  if (found.finished) return { result: found.finished, fromBefore: true };
  const { bytes, key, stored } = found;
  if (stored.damage !== undefined) onNotice(`${stored.damage}; the photo is computed anew`);
  const store = openTileStore(out, key, onNotice);
  const read = await readPhoto(bytes, { longest: settings.size, mask, name: photo.file });
  const { image, alpha, deep, known, estimateGain } = read;
  const owned = tensorsOf(read);
  try {
    const converted = convertLevel(settings, read);
    const options = { method: byBoth({ prior, network }), signal, onProgress, store, estimateGain };
    const { restored: made, ...level } = await restorePhoto({ image, mask: known }, converted.settings, options);
    const { image: restored, ...version } = made;
    version.reasons = [...converted.reasons, ...version.reasons];
    const [, tall, wide] = restored.shape;
    const enlarged = alpha && tf.tidy(() => enlargeBicubic(alpha, tall, wide).clipByValue(0, 1) as tf.Tensor4D);
    owned.push(restored, ...(enlarged ? [enlarged] : []));
    const picture = await encodePhoto({ image: restored, alpha: enlarged, deep });
    const previews = await writePreviews(out, key, await drawPreviews(image, restored, known));
    const mark = run.results.markOf(photo.name);
    const result = { key, ...mark, photo: found.photo, width: wide, height: tall, ...level, ...version, previews };
    const written = await writeResult(filesOf(out, photo.name), picture, result);
    for (const text of written.kept) onNotice(text);
    if (stored.result) dropPreviews(out, stored.result.previews, previews);
    store.clear();
    return { result: written.result, fromBefore: false };
  } finally {
    tf.dispose(owned);
  }
}

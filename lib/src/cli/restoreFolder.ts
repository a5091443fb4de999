import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWhite } from "../data";
import type { SkippedFile } from "../data/imageFolder";
import { namePrior, openDiffusion } from "../ddpm";
import { priorsOf } from "../fusion";
import { tf } from "../runtime";
import { sha256 } from "../runtime/digest";
import { printable } from "../runtime/printable";
import { whyOf } from "../runtime/whyOf";
import { writeWhole } from "../runtime/writeWhole";
import { contactSheet } from "./contactSheet";
import { UsageError } from "./exit";
import { encodePhoto, type ReadPhoto, readPhoto, tensorsOf } from "./photoFile";
import { enlargeAlpha } from "./photoTask";
import { type PlannedPhoto, planRun, type RunInputs } from "./planRun";
import { drawPreviews, type Previews } from "./previews";
import { leastSigma, restorePhoto } from "./restorePhoto";
import { stateFolder } from "./resultFolder";
import { type PhotoResult, readRecord, readResult, writeResult } from "./resultRecord";
import { filesOf, tellError } from "./results";
import { type Outcome, type PhotoWork, runPhotos } from "./runPhotos";
import { keyOf } from "./sealed";
import { kindOf, restoreSettingsOf, type Settings } from "./settings";
import { byBoth, type Models } from "./tileMethod";
import { openTileStore } from "./tileStore";

/** Options of a run beside what it works on. */
export interface RunOptions extends RunInputs, Models {
  signal?: AbortSignal | undefined;
  /** Where lines for people go. */
  write?: (text: string) => void;
}

/** A run that came to its end, or was stopped. */
export interface RestoredFolder {
  photos: Outcome[];
  skipped: SkippedFile[];
  out: string;
  sheet: string;
  seconds: number;
  stopped: boolean;
  /** Why the sheet could not be written. */
  problem?: string | undefined;
}

/**
 * What a result depends on beside the photo, the mask and the settings. Each prior is loaded once: one that is damaged would
 * fail every photo.
 * @throws UsageError when there is no such prior, or its checkpoint is damaged.
 */
function nameModels({ prior, network }: Models, settings: Settings): Record<string, unknown> {
  const priors = [prior ?? priorsOf(kindOf(settings.task), settings.effort)].flat();
  return {
    priors: priors.map((one) => (typeof one === "string" ? nameGiven(one) : "given")),
    network: network ?? "usual",
    restoration: restoreSettingsOf(settings),
  };
}

function nameGiven(prior: string): { name: string; digest: string } {
  try {
    const named = namePrior(prior);
    for (const expert of openDiffusion(named).experts) expert.open().dispose();
    return named;
  } catch (error) {
    throw new UsageError(`--prior: ${whyOf(error)}`);
  }
}

/**
 * Restores photos into a folder: one picture and one record each, and a sheet of them all. All is checked before any work.
 * Photos that a former run finished are left as they are; a damaged one does not stop the others. The signal ends the run
 * between two iterations: what is finished stays, and the same call goes on from there. The sheet is written last, whatever
 * became of the photos; what is no longer there is on it as long as its result is.
 * @throws UsageError when it cannot be begun.
 */
export async function restoreFolder(options: RunOptions): Promise<RestoredFolder> {
  const { out, settings, signal, write = () => undefined } = options;
  const started = performance.now();
  const models = nameModels(options, options.settings);
  const { planned, skipped, results } = await planRun(options, {
    command: { command: "restore", ...models },
    files: (name) => Object.values(filesOf("", name)),
    shared: ["index.html"],
    isOf: (name, file) => readRecord(filesOf(out, name).record).result?.photo === digestOfFile(file),
    write,
  });
  try {
    const { outcomes, stopped } = await runPhotos(
      planned,
      async (one, told) => {
        const { result, fromBefore } = await restoreOne(one, models, { ...options, since: results.since }, told);
        return { result, fromBefore, line: describe(result, settings) };
      },
      { signal, write },
    );
    const kept = results.others.flatMap((photo): Outcome[] => {
      const { picture, record } = filesOf(out, photo.name);
      const { result } = readRecord(record);
      return result && existsSync(picture) ? [{ photo, status: "kept", result }] : [];
    });
    const photos = [...outcomes, ...kept];
    const problem = await attempt(write, async () => {
      if (!stopped) await results.end();
      return results.writeShared("index.html", contactSheet(photos, { out, settings }));
    });
    const seconds = (performance.now() - started) / 1000;
    return { photos, skipped, out, sheet: join(out, "index.html"), seconds, stopped, problem };
  } finally {
    results.close();
  }
}

/** Does what comes last. @param action returns what it has to tell. @returns why it failed, where it did. */
async function attempt(
  write: (text: string) => void,
  action: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    const told = await action();
    if (told !== undefined) write(`${printable(told)}\n`);
    return undefined;
  } catch (error) {
    return whyOf(error);
  }
}

/** SHA-256 of a file's content, undefined where it cannot be read. */
function digestOfFile(file: string): string | undefined {
  try {
    return sha256(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** A line on what came out. */
function describe(
  { risk, sigma, sigmaEstimated, noiseCorrelation = 0, seconds }: PhotoResult,
  { task }: Settings,
): string {
  const noise = sigma > 0 ? `, noise ${(255 * sigma).toFixed(1)}${sigmaEstimated ? " (estimated)" : ""}` : "";
  const error = risk === 0 && task === "inpaint" ? "nothing was missing" : `estimated error ${tellError(risk)}`;
  const colour = isWhite(noiseCorrelation) ? "" : ", the noise is not white";
  return `${error}${noise}${colour}, ${seconds.toFixed(1)} s`;
}

/**
 * The level of the noise that is given belongs to the photo as it is in its file; in a smaller one it is lower.
 * @throws Error when it would be denoised and nothing is left of the noise.
 */
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

/** Writes the pictures for the page. @returns their places below the folder of the results. */
async function writePreviews(
  out: string,
  key: string,
  { gain, ...pictures }: Previews,
): Promise<PhotoResult["previews"]> {
  const place = async (part: keyof typeof pictures): Promise<string> => {
    const { bytes, type } = pictures[part];
    const path = `${stateFolder}/previews/${key}-${part}.${type}`;
    mkdirSync(dirname(join(out, path)), { recursive: true });
    await writeWhole(join(out, path), bytes);
    return path;
  };
  return { before: await place("before"), after: await place("after"), difference: await place("difference"), gain };
}

/** Removes the pictures of a result that was replaced. */
function dropPreviews(out: string, former: PhotoResult | undefined, now: PhotoResult): void {
  if (!former || former.key === now.key) return;
  const { gain: _, ...paths } = former.previews;
  for (const path of Object.values(paths)) rmSync(join(out, path), { force: true });
}

async function restoreOne(
  { photo, mask }: PlannedPhoto,
  models: Record<string, unknown>,
  { out, settings, since, signal, prior, network }: RunOptions & { since: string | undefined },
  { onProgress, onNotice }: Parameters<PhotoWork>[1],
): Promise<{ result: PhotoResult; fromBefore: boolean }> {
  const files = filesOf(out, photo.name);
  const stored = readResult(files);
  const before = stored.result;
  const counts = before !== undefined && (since === undefined || before.finishedAt >= since);
  // Moved away since it was finished.
  if (before && counts && !existsSync(photo.file)) return { result: before, fromBefore: true };
  const bytes = readFileSync(photo.file);
  const given = { photo: sha256(bytes), mask: mask === undefined ? "none" : sha256(readFileSync(mask)) };
  const key = keyOf({ settings, ...models, ...given });
  if (before && counts && before.key === key) return { result: before, fromBefore: true };
  if (stored.damage !== undefined) onNotice(`${stored.damage}; the photo is computed anew`);
  const store = openTileStore(out, key, onNotice);
  const read = await readPhoto(bytes, { longest: settings.size, mask, name: photo.file });
  const { image, alpha, deep, known } = read;
  const owned: tf.Tensor[] = tensorsOf(read);
  const own = <T extends tf.Tensor>(tensor: T): T => {
    owned.push(tensor);
    return tensor;
  };
  try {
    const level = convertLevel(settings, read);
    const method = byBoth({ prior, network });
    const options = { method, signal, onProgress, store };
    const { restored: made, ...found } = await restorePhoto({ image, mask: known }, level.settings, options);
    const { image: restored, ...version } = made;
    version.reasons = [...level.reasons, ...version.reasons];
    own(restored);
    const picture = await encodePhoto({
      image: restored,
      deep,
      ...(alpha && { alpha: own(enlargeAlpha(alpha, restored.shape)) }),
    });
    const [, tall, wide] = restored.shape;
    const previews = await writePreviews(out, key, await drawPreviews(image, restored, known));
    const result = { key, photo: given.photo, width: wide, height: tall, ...found, ...version, previews };
    const written = await writeResult(files, picture, result);
    for (const text of written.kept) onNotice(text);
    dropPreviews(out, before, written.result);
    store.clear();
    return { result: written.result, fromBefore: false };
  } finally {
    tf.dispose(owned);
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { namePrior } from "../ddpm";
import { priorsOf } from "../fusion";
import { tf } from "../runtime";
import { writeWhole } from "../runtime/writeWhole";
import { contactSheet } from "./contactSheet";
import { UsageError, whyOf } from "./exit";
import { encodePhoto, type ReadPhoto, readPhoto, tensorsOf } from "./photoFile";
import { enlargeAlpha } from "./photoTask";
import { type PlannedPhoto, planRun, type RunInputs } from "./planRun";
import { leastSigma, restorePhoto } from "./restorePhoto";
import { digestOf, keyOf, type PhotoResult, readResult, writeResult } from "./resultRecord";
import { filesOf, tellError } from "./results";
import { type Outcome, runPhotos } from "./runPhotos";
import { kindOf, restoreSettingsOf, type Settings } from "./settings";
import { byBoth, type Models } from "./tileMethod";
import { openTileStore } from "./tileStore";

/** Options of a run beside what it works on. */
export interface RunOptions extends RunInputs, Models {
  /** Compute photos that are finished as well. */
  fresh?: boolean;
  signal?: AbortSignal | undefined;
  /** Where lines for people go. */
  write?: (text: string) => void;
}

/** A run that came to its end, or was stopped. */
export interface RestoredFolder {
  photos: Outcome<PhotoResult>[];
  out: string;
  sheet: string;
  seconds: number;
  stopped: boolean;
}

/** What a result depends on beside the photo, the mask and the settings. @throws UsageError when there is no such prior. */
export function nameModels({ prior, network }: Models, settings: Settings): Record<string, unknown> {
  const priors = [prior ?? priorsOf(kindOf(settings.task), settings.effort)].flat();
  return {
    priors: priors.map((one) => (typeof one === "string" ? nameGiven(one) : "given")),
    network: network ?? "usual",
    restoration: restoreSettingsOf(settings),
  };
}

function nameGiven(prior: string): { name: string; digest: string } {
  try {
    return namePrior(prior);
  } catch (error) {
    throw new UsageError(`--prior: ${whyOf(error)}`);
  }
}

/**
 * Restores photos into a folder: one picture and one record each, and a sheet of them all. All is checked before any work.
 * Photos that a former run finished with the same settings are left as they are; a damaged one does not stop the others.
 * The signal ends the run between two iterations: what is finished stays, and the same call goes on from there.
 * @throws UsageError when it cannot be begun; Error when the prior's checkpoint is damaged.
 */
export async function restoreFolder(options: RunOptions): Promise<RestoredFolder> {
  const { out, settings, signal, write = () => undefined } = options;
  const started = performance.now();
  const models = nameModels(options, options.settings);
  const planned = await planRun(options, { write });
  const { outcomes, stopped } = await runPhotos(
    planned,
    async (one, onProgress) => {
      const { result, fromBefore } = await restoreOne(one, models, options, onProgress);
      return { result, fromBefore, line: describe(result, settings) };
    },
    { signal, write },
  );
  const sheet = join(out, "index.html");
  await writeWhole(sheet, await contactSheet(outcomes, planned, { out, settings }));
  return { photos: outcomes, out, sheet, seconds: (performance.now() - started) / 1000, stopped };
}

/** A line on what came out. */
function describe({ risk, sigma, sigmaEstimated, seconds }: PhotoResult, { task }: Settings): string {
  const noise = sigma > 0 ? `, noise ${(255 * sigma).toFixed(1)}${sigmaEstimated ? " (estimated)" : ""}` : "";
  const error = risk === 0 && task === "inpaint" ? "nothing was missing" : `estimated error ${tellError(risk)}`;
  return `${error}${noise}, ${seconds.toFixed(1)} s`;
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

async function restoreOne(
  { photo, mask }: PlannedPhoto,
  models: Record<string, unknown>,
  { out, settings, fresh = false, signal, prior, network }: RunOptions,
  onProgress: (share: number, note: string) => void,
): Promise<{ result: PhotoResult; fromBefore: boolean }> {
  const bytes = readFileSync(photo.file);
  const given = { photo: digestOf(bytes), mask: mask === undefined ? "none" : digestOf(readFileSync(mask)) };
  const key = keyOf({ settings, ...models, ...given });
  const files = filesOf(out, photo);
  const before = fresh ? undefined : readResult(files.record, files.picture, key);
  if (before) return { result: before, fromBefore: true };
  const store = openTileStore(out, key);
  if (fresh) store.clear();
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
    const restoration = await restorePhoto({ image, mask: known }, level.settings, {
      method,
      signal,
      onProgress,
      store,
    });
    const { versions, ...found } = restoration;
    const { image: restored, ...version } = versions.restored as (typeof versions)[string];
    version.reasons = [...level.reasons, ...version.reasons];
    own(restored);
    const picture = await encodePhoto({
      image: restored,
      deep,
      ...(alpha && { alpha: own(enlargeAlpha(alpha, restored.shape)) }),
    });
    const [, tall, wide] = restored.shape;
    const result = { key, width: wide, height: tall, ...found, ...version };
    const written = await writeResult(files.record, files.picture, picture, result);
    store.clear();
    return { result: written, fromBefore: false };
  } finally {
    tf.dispose(owned);
  }
}

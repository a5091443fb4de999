import { resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { addGaussianNoise, readPhoto as readEmbedded } from "../data";
import { describeSkipped } from "../data/imageFolder";
import type { GridImage } from "../figure";
import { dataUri, escapeHtml, escapeMarkdown, openProgress, openStream, projectFolder, tf } from "../runtime";
import { StoppedError } from "./exit";
import { surveyPhotos } from "./findPhotos";
import { readPhoto } from "./photoFile";
import { namePhotos } from "./photoNames";
import { drawPreviews, type Preview } from "./previews";
import { type RestoredPhoto, restorePhoto } from "./restorePhoto";
import { byBoth, type Models } from "./restoreTiles";
import { errorAs } from "./results";
import { checkSettings, type Settings } from "./settings";

/** A photo to restore in a notebook. */
export interface ChosenPhoto {
  name: string;
  /** [1, height, width, 1 or 3]. */
  image: tf.Tensor4D;
  /** What an estimate of its noise is multiplied with, where it was made smaller. */
  estimateGain?: number;
}

/** A photo of a notebook and what was made of it. */
export type ShownPhoto = ChosenPhoto & RestoredPhoto;

/**
 * The photos in a folder and below, a relative one taken from the project's root; without one an embedded photo, small, with noise of sigma 25.
 * @param size longer side that larger ones are brought down to. @param most of them, the first by their names.
 * @throws UsageError when the folder is missing or holds no image; Error when one is damaged.
 */
export async function choosePhotos(
  folder: string | undefined,
  { size = 128, most = 4 }: { size?: number; most?: number } = {},
): Promise<ChosenPhoto[]> {
  if (!folder) {
    const clean = await readEmbedded("coffee", { size: 32 });
    const image = addGaussianNoise(clean, 25 / 255, openStream(1, "noise"));
    clean.dispose();
    return [{ name: "coffee", image }];
  }
  const chosen: ChosenPhoto[] = [];
  const { photos, skipped } = surveyPhotos([resolve(projectFolder(), folder)]);
  for (const one of skipped) console.log(describeSkipped(one));
  for (const { file, name } of namePhotos(photos).slice(0, most)) {
    const { image, alpha, estimateGain } = await readPhoto(file, { longest: size });
    alpha?.dispose();
    chosen.push({ name, image, estimateGain });
  }
  return chosen;
}

/**
 * Restores photos, for the caller, one after the other; the notebook's stop button ends it between two iterations.
 * @throws UsageError for a setting out of range; StoppedError after an interrupt; what `restorePhoto` throws.
 */
export async function restorePhotos(
  photos: readonly ChosenPhoto[],
  settings: Settings,
  models: Models = {},
): Promise<ShownPhoto[]> {
  checkSettings(settings);
  const display = openProgress(1);
  const stop = new AbortController();
  const interrupt = () => stop.abort(new StoppedError("stopped; run the cell again"));
  // As in `runTrials`: a listener that is added in the first part of a cell is overruled when that ends.
  await nextTurn();
  process.on("SIGINT", interrupt);
  const shown: ShownPhoto[] = [];
  try {
    for (const [index, photo] of photos.entries()) {
      const restored = await restorePhoto({ image: photo.image }, settings, {
        method: byBoth(models),
        signal: stop.signal,
        estimateGain: photo.estimateGain ?? 1,
        onProgress: (share, note) => display.update((index + share) / photos.length, `${photo.name}: ${note}`),
      });
      shown.push({ ...photo, ...restored });
    }
    const seconds = shown.reduce((sum, { restored }) => sum + restored.seconds, 0);
    display.finish(`${shown.length} restored in ${seconds.toFixed(1)} s`);
    return shown;
  } catch (error) {
    for (const { restored } of shown) restored.image.dispose();
    display.finish(`stopped after ${shown.length} of ${photos.length}`);
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** Before, after, and their difference, with the noise and the estimated error, as rows of `figure.showImageGrid`. */
export async function previewRows(photos: readonly ShownPhoto[]): Promise<{ name: string; images: GridImage[] }[]> {
  const rows: { name: string; images: GridImage[] }[] = [];
  const toUri = ({ bytes, type }: Preview) => dataUri(bytes, type);
  for (const { name, image, restored, sigma, sigmaEstimated } of photos) {
    const { before, after, difference, gain } = await drawPreviews(image, restored.image);
    const error = errorAs(restored.risk);
    rows.push({
      name: escapeHtml(name),
      images: [
        { source: toUri(before), label: `σ ${(255 * sigma).toFixed(1)}${sigmaEstimated ? ", estimated" : ""}` },
        {
          source: toUri(after),
          label: error ? `estimated ${error.psnr.toFixed(1)} dB, σ ${error.greyValues.toFixed(1)}` : "estimate below 0",
        },
        { source: toUri(difference), label: `×${gain}` },
      ],
    });
  }
  return rows;
}

export function describePhotos(photos: readonly ShownPhoto[]): string {
  const items = ({ reasons }: ShownPhoto["restored"]) =>
    reasons.map((reason) => `- ${escapeMarkdown(reason)}`).join("\n");
  return photos
    .map(({ name, restored }) => `**${escapeMarkdown(name)}**, ${restored.seconds.toFixed(1)} s\n\n${items(restored)}`)
    .join("\n\n");
}

export function disposePhotos(photos: readonly ShownPhoto[]): void {
  for (const { image, restored } of photos) tf.dispose([image, restored.image]);
}

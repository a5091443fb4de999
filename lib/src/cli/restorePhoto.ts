import { estimateSigmaWavelet, isWhite, maxPixels, neighbourCorrelation, type Rectangle } from "../data";
import { openStream, tf } from "../runtime";
import { colourGrey, greyAgain } from "./greyPhoto";
import { countKnown, type MeasuredPhoto, openTile } from "./photoTask";
import { warnOfColour } from "./results";
import { leastSide, type Settings } from "./settings";
import { byBoth, type TileContext, type TileMethod, type Version } from "./tileMethod";
import type { TileStore } from "./tileStore";
import { blendTiles, planTiles } from "./tiles";

/** A restored photo. */
export interface RestoredPhoto {
  /** Its image is [1, height, width, the photo's channels] in [0, 1]; the caller's. */
  restored: Version;
  /** Standard deviation of the noise, image units, and whether it was estimated. */
  sigma: number;
  sigmaEstimated: boolean;
  /** Of denoising: how far what was taken off is from white noise, `neighbourCorrelation`. */
  noiseCorrelation?: number;
  tiles: number;
}

/** Options of `restorePhoto`. */
export interface RestorePhotoOptions {
  method?: TileMethod;
  signal?: AbortSignal | undefined;
  /** @param share of the photo, 0 to 1. */
  onProgress?: ((share: number, note: string) => void) | undefined;
  /** Where finished tiles are kept, where there are several. */
  store?: TileStore | undefined;
  /** What an estimated level is multiplied with, of a photo that was made smaller; 1 when left out. */
  estimateGain?: number;
}

/** Noise below this cannot be told from none, image units. */
export const leastSigma = 0.25 / 255;

/** The noise level of a photo: what is given, what the task has without, or the estimate. @throws Error when none is found. */
function levelOf(
  image: tf.Tensor4D,
  { task, sigma }: Settings,
  estimateGain: number,
): { sigma: number; sigmaEstimated: boolean } {
  if (sigma !== undefined || task !== "denoise") return { sigma: sigma ?? 0, sigmaEstimated: false };
  const estimated = estimateGain * estimateSigmaWavelet(image);
  if (estimated >= leastSigma) return { sigma: estimated, sigmaEstimated: true };
  throw new Error(
    `no noise was found (estimated sigma ${(255 * estimated).toFixed(2)} grey values): give its level by --sigma`,
  );
}

/**
 * Restores a photo of any size and either colouring: by tiles that overlap where it is larger than one, a grey one as a
 * colour one and back.
 * @param image [1, height, width, 1 or 3], and for inpainting the mask of what is known of it, [1, height, width, 1].
 * @throws Error when it is too small, when the result would be above `maxPixels`, when no noise is found, or when of a tile fewer than two pixels are known; what the method throws.
 */
export async function restorePhoto(
  { image, mask }: { image: tf.Tensor4D; mask?: tf.Tensor4D | undefined },
  settings: Settings,
  { method = byBoth(), signal, onProgress, store, estimateGain = 1 }: RestorePhotoOptions = {},
): Promise<RestoredPhoto> {
  const [, height, width, channels] = image.shape;
  if (Math.min(height, width) < leastSide) {
    throw new Error(`the photo is ${width}x${height}, want sides of at least ${leastSide} pixels`);
  }
  const factor = settings.task === "super-resolve" ? settings.factor : 1;
  if (width * height * factor ** 2 > maxPixels) {
    const size = `${width * factor}x${height * factor}`;
    throw new Error(`the result would be ${size}, want at most ${maxPixels / 1e6} megapixels: bring it down by --size`);
  }
  const level = levelOf(image, settings, estimateGain);
  const tiles = planTiles({ width, height }, tileSizes(settings));
  if (mask) requireKnown(mask, tiles);
  const grey = channels === 1;
  const lifted = grey ? colourGrey(image, level.sigma, openStream(settings.seed, "split", "colour")) : undefined;
  const photo: MeasuredPhoto = { measured: lifted?.image ?? image, sigma: lifted?.sigma ?? level.sigma, mask };
  try {
    const blended = await restoreTiles(photo, tiles, settings, { method, signal, onProgress, store });
    const restored = grey ? toGrey(blended, settings) : blended;
    const found = { restored, ...level, tiles: tiles.length };
    if (settings.task !== "denoise") return found;
    const noiseCorrelation = correlationOf(image, restored.image);
    if (!isWhite(noiseCorrelation)) restored.reasons.unshift(warnOfColour(noiseCorrelation));
    return { ...found, noiseCorrelation };
  } finally {
    lifted?.image.dispose();
  }
}

/** How far what was taken off is from white. */
function correlationOf(image: tf.Tensor4D, restored: tf.Tensor4D): number {
  return tf.tidy(() => neighbourCorrelation(tf.sub(image, restored)));
}

/** Tiles are planned on what was measured; their sizes are told in pixels of the result. */
function tileSizes({ task, factor, tile, overlap }: Settings): { tile: number; overlap: number } {
  const scale = task === "super-resolve" ? factor : 1;
  return { tile: Math.floor(tile / scale), overlap: Math.ceil(overlap / scale) };
}

function requireKnown(mask: tf.Tensor4D, tiles: Rectangle[]): void {
  const blind = tiles.find((tile) => countKnown(mask, tile) < 2);
  if (!blind) return;
  const { left, top, width, height } = blind;
  const known = countKnown(mask, blind) === 0 ? "nothing is" : "only one pixel is";
  throw new Error(`${known} known of the tile ${width}x${height} at (${left}, ${top}): want larger tiles (--tile)`);
}

async function restoreTiles(
  photo: MeasuredPhoto,
  tiles: Rectangle[],
  settings: Settings,
  { method, signal, onProgress, store }: Required<Pick<RestorePhotoOptions, "method">> & RestorePhotoOptions,
): Promise<Version> {
  const scale = settings.task === "super-resolve" ? settings.factor : 1;
  const [, height, width] = photo.measured.shape;
  const blender = blendTiles([1, scale * height, scale * width, 3], scale * overlapOf(settings));
  const total: Omit<Version, "image"> = { risk: 0, seconds: 0, iterations: 0, evaluations: 0, reasons: [] };
  for (const [index, tile] of tiles.entries()) {
    const where = tiles.length > 1 ? `tile ${index + 1} of ${tiles.length}, ` : "";
    let restored = tiles.length > 1 ? store?.read(index) : undefined;
    if (!restored) {
      restored = await restoreTile(photo, tile, settings, method, {
        seed: (settings.seed + index) % 0x80000000,
        signal,
        onProgress: (share, stage) => onProgress?.((index + share) / tiles.length, where + stage),
      });
      if (tiles.length > 1) await store?.write(index, restored);
    }
    blender.add(scaled(tile, scale), restored.image);
    restored.image.dispose();
    // The tiles are all of one size.
    total.risk += restored.risk / tiles.length;
    total.seconds += restored.seconds;
    total.iterations += restored.iterations;
    total.evaluations += restored.evaluations;
    total.reasons.push(...restored.reasons.map((reason) => (where ? `Tile ${index + 1}: ${reason}` : reason)));
    onProgress?.((index + 1) / tiles.length, `${where}done`);
  }
  return { ...total, image: blender.finish() };
}

const overlapOf = (settings: Settings) => tileSizes(settings).overlap;

const scaled = ({ left, top, width, height }: Rectangle, scale: number): Rectangle => ({
  left: left * scale,
  top: top * scale,
  width: width * scale,
  height: height * scale,
});

async function restoreTile(
  photo: MeasuredPhoto,
  tile: Rectangle,
  settings: Settings,
  method: TileMethod,
  context: Omit<TileContext, "settings">,
): Promise<Version> {
  const { task, dispose } = openTile(photo, tile, settings);
  try {
    return await method(task, { ...context, settings });
  } finally {
    dispose();
  }
}

/** Where the estimate is of the image that is returned, its colour, all error, comes off it. */
function toGrey(restored: Version, { task }: Settings): Version {
  const { image, risk } = greyAgain(restored.image, restored.risk);
  restored.image.dispose();
  return { ...restored, image, risk: task === "denoise" ? risk : restored.risk };
}

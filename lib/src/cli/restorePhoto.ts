import { estimateSigmaWavelet, isWhite, maxPixels, neighbourCorrelation } from "../data";
import { openStream, tf } from "../runtime";
import { colourGrey, greyAgain } from "./greyPhoto";
import { byBoth, type RestoreTilesOptions, restoreTiles } from "./restoreTiles";
import { warnOfColour } from "./results";
import { leastSide, type Settings } from "./settings";
import type { Version } from "./tileStore";

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

interface RestorePhotoOptions extends Partial<RestoreTilesOptions> {
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
 * @throws Error when it is too small, when the result would be above `maxPixels`, when no noise is found; as `restoreTiles`.
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
  if (settings.task === "inpaint" && !mask) throw new Error("inpainting needs a mask");
  const level = levelOf(image, settings, estimateGain);
  const grey = channels === 1;
  const lifted = grey ? colourGrey(image, level.sigma, openStream(settings.seed, "split", "colour")) : undefined;
  const photo = { measured: lifted?.image ?? image, sigma: lifted?.sigma ?? level.sigma, mask };
  try {
    const made = await restoreTiles(photo, settings, { method, signal, onProgress, store });
    const restored = grey ? toGrey(made.restored, settings) : made.restored;
    const found = { restored, ...level, tiles: made.tiles };
    if (settings.task !== "denoise") return found;
    // Of what was taken off.
    const noiseCorrelation = tf.tidy(() => neighbourCorrelation(tf.sub(image, restored.image)));
    if (!isWhite(noiseCorrelation)) restored.reasons.unshift(warnOfColour(noiseCorrelation));
    return { ...found, noiseCorrelation };
  } finally {
    lifted?.image.dispose();
  }
}

/** Where the estimate is of the image that is returned, its colour, all error, comes off it. */
function toGrey(restored: Version, { task }: Settings): Version {
  const { image, risk } = greyAgain(restored.image, restored.risk);
  restored.image.dispose();
  return { ...restored, image, risk: task === "denoise" ? risk : restored.risk };
}

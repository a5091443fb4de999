import { addGaussianNoise, addPoissonNoise, encodePng, invertStabilised, stabilisePoisson } from "ddpm-dip/data";
import { meanSquaredError } from "ddpm-dip/metrics";
import { type RandomStream, tf } from "ddpm-dip/runtime";
import sharp from "sharp";
import type { SpecOf } from "./spec";

/** An image with noise of some kind, all the caller's. */
export interface NoisyImage {
  /** As it was taken, [1, height, width, 3]. */
  noisy: tf.Tensor4D;
  /** What the denoiser is given, and what it would best return: the same and the clean image, or their stabilised values. */
  given: tf.Tensor4D;
  target: tf.Tensor4D;
  /** Root mean square of the noise in what is given. */
  sigma: number;
  /** From the denoised values back to the image; takes over its argument. */
  back(denoised: tf.Tensor4D): tf.Tensor4D;
}

/** Noise of a kind on a clean image [1, height, width, 3]. */
export async function addNoiseOfKind(
  clean: tf.Tensor4D,
  noise: SpecOf<"noise-kind">["noise"],
  random: RandomStream,
): Promise<NoisyImage> {
  if (noise.kind === "poisson") return drawPoisson(clean, noise, random);
  const noisy =
    noise.kind === "gaussian"
      ? addGaussianNoise(clean, noise.sigma, random)
      : noise.kind === "jpeg"
        ? await throughJpeg(clean, noise, random)
        : tf.tidy(() => clean.add<tf.Tensor4D>(demosaic(random.normal(clean.shape).mul<tf.Tensor4D>(noise.sigma))));
  return asItIs(clean, noisy);
}

/** An image that is denoised as it was taken. */
function asItIs(clean: tf.Tensor4D, noisy: tf.Tensor4D): NoisyImage {
  const sigma = Math.sqrt(meanSquaredError(noisy, clean));
  return { noisy, given: noisy.clone(), target: clean.clone(), sigma, back: (denoised) => denoised };
}

function drawPoisson(
  clean: tf.Tensor4D,
  { peak, stabilised }: Extract<SpecOf<"noise-kind">["noise"], { kind: "poisson" }>,
  random: RandomStream,
): NoisyImage {
  const noisy = addPoissonNoise(clean, peak, random);
  if (!stabilised) return asItIs(clean, noisy);
  const { image: given, sigma } = stabilisePoisson(noisy, peak);
  const { image: target } = stabilisePoisson(clean, peak);
  const back = (denoised: tf.Tensor4D) => {
    const image = tf.tidy(() => invertStabilised(denoised, peak).clipByValue(0, 1) as tf.Tensor4D);
    denoised.dispose();
    return image;
  };
  return { noisy, given, target, sigma, back };
}

async function throughJpeg(
  clean: tf.Tensor4D,
  { sigma, quality }: Extract<SpecOf<"noise-kind">["noise"], { kind: "jpeg" }>,
  random: RandomStream,
): Promise<tf.Tensor4D> {
  const drawn = tf.tidy(() => addGaussianNoise(clean, sigma, random).clipByValue(0, 1) as tf.Tensor4D);
  const file = await sharp(await encodePng(drawn))
    .jpeg({ quality })
    .toBuffer();
  drawn.dispose();
  const pixels = await sharp(file).raw().toBuffer();
  return tf.tidy(() => tf.tensor4d(new Float32Array(pixels), clean.shape).div<tf.Tensor4D>(255));
}

/** Bilinear demosaicking of a Bayer mosaic (red, green; green, blue): of each channel only the values at its places are seen. */
export function demosaic(image: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const [, height, width] = image.shape;
    // Red, green and blue at each 2x2 pixels of the mosaic.
    const places = tf.tensor3d([1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1], [2, 2, 3]);
    const repeats = [Math.ceil(height / 2), Math.ceil(width / 2), 1];
    const mask = tf.slice(tf.tile(places, repeats), [0, 0, 0], [height, width, 3]).expandDims<tf.Tensor4D>(0);
    const weights = tf.tensor4d([1, 2, 1, 2, 4, 2, 1, 2, 1], [3, 3, 1, 1]);
    const kernel = tf.tile(weights, [1, 1, 3, 1]) as tf.Tensor4D;
    const sum = (values: tf.Tensor4D) => tf.depthwiseConv2d(values, kernel, 1, "same");
    const filled = sum(image.mul(mask)).div(sum(mask));
    return tf.where(mask.cast("bool"), image, filled) as tf.Tensor4D;
  });
}

import { tf } from "../../runtime";

/** An image as it is and transposed, each as it is and mirrored up, across and both ways. */
type Turn = (image: tf.Tensor4D) => tf.Tensor4D;
const mirrorings: Turn[] = [[], [1], [2], [1, 2]].map((axes) => (image) => tf.reverse(image, axes));
const transpose: Turn = (image) => tf.transpose(image, [0, 2, 1, 3]);

/** How many images `averageOverTurns` has denoised. */
export const selfEnsembleSize = 2 * mirrorings.length;

/**
 * The mean of what a denoiser makes of an image's eight flips and rotations, each brought back (self-ensemble, Timofte et al.
 * 2016).
 * @param noisy [1, height, width, channels].
 * @param denoise given all eight of a square image as one batch, else four of the image and four of it transposed; what it
 *   returns is taken over.
 * @returns the same shape, owned by the caller.
 */
export function averageOverTurns(noisy: tf.Tensor4D, denoise: (turned: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = noisy.shape;
  return tf.tidy(() => {
    const turned = [noisy, transpose(noisy)].map((image) => mirrorings.map((mirror) => mirror(image)));
    const batches = height === width ? [turned.flat()] : turned;
    const made = batches.flatMap((batch) => tf.split(denoise(tf.concat(batch)), batch.length) as tf.Tensor4D[]);
    const back = made.map((part, i) => {
      const mirrored = (mirrorings[i % mirrorings.length] as Turn)(part);
      return i < mirrorings.length ? mirrored : transpose(mirrored);
    });
    return tf.addN(back).div<tf.Tensor4D>(selfEnsembleSize);
  });
}

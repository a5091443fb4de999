import { type RandomStream, tf } from "../runtime";

/**
 * A grey image as a colour one, for networks of colour. Three copies would have the same noise in each channel, and what
 * one channel holds out the others would give away. So the noise that lacks is made up: with n of deviation sigma along
 * grey, (1, 1, 1), noise of deviation sqrt(3) sigma is added along the two directions of colour, and all three directions
 * have the same: white noise of deviation sqrt(3) sigma a channel, as each estimate of the error takes it to be. The mean
 * of the channels is the grey image as it was.
 * @param grey [1, height, width, 1]. @returns [1, height, width, 3], the caller's, and its noise's deviation.
 */
export function colourGrey(
  grey: tf.Tensor4D,
  sigma: number,
  random: RandomStream,
): { image: tf.Tensor4D; sigma: number } {
  const deviation = Math.sqrt(3) * sigma;
  const image = tf.tidy(() => {
    const copies = grey.tile([1, 1, 1, 3]) as tf.Tensor4D;
    if (sigma === 0) return copies;
    const directions = tf.tensor2d([
      [1 / Math.SQRT2, -1 / Math.SQRT2, 0],
      [1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)],
    ]);
    const [, height, width] = grey.shape;
    const drawn = random.normal([height * width, 2]).mul(deviation) as tf.Tensor2D;
    return copies.add(drawn.matMul(directions).reshape(copies.shape)) as tf.Tensor4D;
  });
  return { image, sigma: deviation };
}

/**
 * Back to grey, the mean of the channels. Of a grey scene all colour is error, so that the estimated error of the three
 * channels falls by the variance between them.
 * @param risk mean squared error over the channels. @returns the image, the caller's, and its own squared error.
 */
export function greyAgain(colour: tf.Tensor4D, risk: number): { image: tf.Tensor4D; risk: number } {
  return {
    image: tf.tidy(() => colour.mean(3, true) as tf.Tensor4D),
    risk: risk - tf.tidy(() => tf.moments(colour, 3).variance.mean().dataSync()[0] as number),
  };
}

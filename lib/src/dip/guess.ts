import type { Frame } from "../nn";
import { tf } from "../runtime";

/** @throws RangeError when the guess is not of the image's size; Error when it holds a value that is not finite. */
export function checkGuess(image: tf.Tensor4D, [height, width]: readonly [number, number]): void {
  const [count, rows, columns] = image.shape;
  if (count !== 1 || rows !== height || columns !== width) {
    throw new RangeError(`guess: got [${image.shape}], want one image of ${width}x${height}`);
  }
  if (!image.dataSync().every(Number.isFinite)) throw new Error("guess: holds a value that is not a finite number");
}

/**
 * The input with a guess in its first channels in place of their noise, so that the network's features are the guess's (as a reference
 * image, Liang et al. 2024). @throws RangeError when it has no room for it.
 */
export function putIntoInput(input: tf.Tensor4D, guess: tf.Tensor4D, frame: Frame): tf.Tensor4D {
  return tf.tidy(() => {
    const framed = frame.pad(guess);
    const [, height, width, channels] = framed.shape;
    const [, rows, columns, room] = input.shape;
    if (rows !== height || columns !== width || room < channels) {
      throw new RangeError(
        `guess: got an image of ${width}x${height} with ${channels} channels for an input of ${columns}x${rows} with ` +
          `${room}, want a network whose input is as large as its image and has as many channels`,
      );
    }
    return tf.concat([framed, input.slice([0, 0, 0, channels])], 3) as tf.Tensor4D;
  });
}

import type { Frame } from "../nn";
import { tf } from "../runtime";

/** An image that one has before a fit, and where the fit gets it. */
export interface Guess {
  /** [1, height, width, channels]. */
  image: tf.Tensor4D;
  /**
   * `input`: in the first channels of the network's input in place of their noise, so that the network's features are the
   * guess's (as a reference image, Liang et al. 2024). `output`: added to what the network has changed since its start,
   * guess + f_w(z) - f_w0(z), so that the fit begins at the guess; outputs may leave (0, 1) then.
   */
  place: "input" | "output";
}

/** @throws RangeError when the guess is not of the image's size; Error when it holds a value that is not finite. */
export function checkGuess({ image }: Guess, [height, width]: readonly [number, number]): void {
  const [count, rows, columns] = image.shape;
  if (count !== 1 || rows !== height || columns !== width) {
    throw new RangeError(`guess: got [${image.shape}], want one image of ${width}x${height}`);
  }
  if (!image.dataSync().every(Number.isFinite)) throw new Error("guess: holds a value that is not a finite number");
}

/** What is added to a network's images so that its first one is the guess. @throws RangeError when their channels differ. */
export function distanceTo({ image }: Guess, first: tf.Tensor4D): tf.Tensor4D {
  if (image.shape.join() !== first.shape.join()) {
    throw new RangeError(`guess: got [${image.shape}], but the network's image is [${first.shape}]`);
  }
  return image.sub(first);
}

/** The input with the guess in its first channels. @throws RangeError when it has no room for it. */
export function putIntoInput(input: tf.Tensor4D, { image }: Guess, frame: Frame): tf.Tensor4D {
  return tf.tidy(() => {
    const framed = frame.pad(image);
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

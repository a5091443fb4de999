import { type RandomStream, tf } from "../runtime";
import { addParameter, type Parameters, parameter } from "./parameters";
import { reflectionPad } from "./reflectionPad";

/**
 * Adds kernels of a convolution without bias, one for each image of a batch: [images, kernel^2 in, out], uniform in
 * +-1/sqrt(fanIn). The kernel of an image depends on its stream alone, not on the others of its batch.
 */
export function addConvolutionEach(
  parameters: Parameters,
  name: string,
  { kernel, inputs, outputs, random }: { kernel: number; inputs: number; outputs: number; random: RandomStream[] },
): void {
  const fanIn = kernel ** 2 * inputs;
  const bound = 1 / Math.sqrt(fanIn);
  const drawn = tf.tidy(() => tf.stack(random.map((own) => own.child(name).uniform([fanIn, outputs], -bound, bound))));
  addParameter(parameters, `${name}.weight`, drawn);
}

/**
 * Convolves each image of a batch with a kernel of its own, at stride 1 with reflected margins: one product of matrices an
 * image over the neighbourhoods of its pixels, all images in one call.
 * @param x [images, height, width, in]. @returns [images, height, width, out].
 */
export function convolveEach(parameters: Parameters, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const weight = parameter(parameters, `${name}.weight`) as unknown as tf.Tensor3D;
  const [images, height, width, inputs] = x.shape;
  const side = Math.round(Math.sqrt(weight.shape[1] / inputs));
  const margin = (side - 1) / 2;
  return tf.tidy(() => {
    const padded = margin > 0 ? reflectionPad(x, margin) : x;
    const neighbours =
      margin === 0
        ? [padded]
        : Array.from({ length: side ** 2 }, (_, place) =>
            tf.slice(padded, [0, Math.floor(place / side), place % side, 0], [-1, height, width, -1]),
          );
    const rows = tf.concat(neighbours, 3).reshape<tf.Tensor3D>([images, height * width, side ** 2 * inputs]);
    return tf.matMul(rows, weight).reshape([images, height, width, weight.shape[2]]);
  });
}

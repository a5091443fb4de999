import { type RandomStream, tf } from "../runtime";

/** What a network starts from: uniform noise, or a grid of pixel coordinates in [0, 1], a smoothness prior. */
export type InputKind = "noise" | "meshgrid";

/**
 * The fixed input z of a Deep Image Prior (Ulyanov et al. 2018): uniform in [0, scale), or, for the inpainting of large
 * holes, the coordinates of each pixel, x in the first channel and y in the second.
 * @param shape [1, height, width, channels]; two channels for a grid.
 * @throws RangeError when a grid is asked for with another number of channels.
 */
export function drawInput(
  kind: InputKind,
  shape: [number, number, number, number],
  scale: number,
  random: RandomStream,
): tf.Tensor4D {
  if (kind === "noise") return random.uniform(shape, 0, scale) as tf.Tensor4D;
  const [, height, width, channels] = shape;
  if (channels !== 2) throw new RangeError(`meshgrid: got a network of ${channels} input channels, want 2`);
  return tf.tidy(() => {
    const across = tf.linspace(0, 1, width).reshape([1, 1, width, 1]).tile([1, height, 1, 1]);
    const down = tf.linspace(0, 1, height).reshape([1, height, 1, 1]).tile([1, 1, width, 1]);
    return tf.concat([across, down], 3) as tf.Tensor4D;
  });
}

import { disposeParameters, type Network, type Parameters, requireImages } from "../nn";
import { requireCounts, tf } from "../runtime";

/** An untrained network whose structure is the prior: from a fixed input to an image in (0, 1). */
export interface DipNetwork extends Network<[tf.Tensor4D]> {
  /** The sides of an output are divisible by this; `fitDip` pads other images and crops the output back. */
  readonly multiple: number;
  /** Largest value of the uniform input that the authors start it from. */
  readonly inputScale: number;
  /** Shape of the input for an output of this size, whose sides `multiple` divides. */
  inputShape(height: number, width: number): [number, number, number, number];
}

/** @throws RangeError when a count is not a whole number above 0, or there is no scale. */
export function checkChannels(filters: number[], ...others: number[]): void {
  for (const channels of [...filters, ...others]) requireCounts({ channels });
  if (filters.length === 0) throw new RangeError("filters: got an empty list, want one count a scale");
}

/** @throws RangeError when a network's input is not of an image's shape. */
export function checkImageInput(network: DipNetwork, { shape }: tf.Tensor4D): void {
  const wanted = network.inputShape(shape[1], shape[2]);
  if (wanted.join() !== shape.join()) {
    throw new RangeError(`network: its input is [${wanted}], want the image's shape [${shape}]`);
  }
}

interface PriorParts {
  /** What the network is called in an error. */
  name: string;
  parameters: Parameters;
  multiple: number;
  channels: number;
  /** Sides of the input are those of the output divided by this. */
  shrink?: number;
  /** From the input to the image, before the sigmoid. */
  forward(x: tf.Tensor4D): tf.Tensor4D;
}

/** A prior of its parts: checks what it is applied to, and ends in a sigmoid. */
export function createPrior({ name, parameters, multiple, channels, shrink = 1, forward }: PriorParts): DipNetwork {
  return {
    parameters,
    multiple,
    inputScale: 0.1,
    inputShape: (height, width) => [1, height / shrink, width / shrink, channels],
    apply(x) {
      requireImages(name, x, { multiple: multiple / shrink, channels });
      return tf.tidy(() => forward(x).sigmoid());
    },
    dispose: () => disposeParameters(parameters),
  };
}

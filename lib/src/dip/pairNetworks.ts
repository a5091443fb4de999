import { tf } from "../runtime";
import type { DipNetwork } from "./network";

/**
 * Two networks as one: both see the same input, and their images stand one after the other in the batch, so that one
 * recorded step fits both. The mean squared error over the two is half the sum of theirs; Adam does not mind the factor.
 * @throws RangeError when their inputs differ.
 */
export function pairNetworks(first: DipNetwork, second: DipNetwork): DipNetwork {
  const shapes = [first, second].map((network) => network.inputShape(network.multiple * 2, network.multiple * 2));
  if (shapes[0]?.join() !== shapes[1]?.join()) {
    throw new RangeError(`pairNetworks: the inputs are [${shapes[0]}] and [${shapes[1]}], want the same`);
  }
  const named = (name: string, { parameters }: DipNetwork) =>
    Object.entries(parameters).map(([key, value]) => [`${name}.${key}`, value] as const);
  return {
    ...first,
    parameters: Object.fromEntries([...named("first", first), ...named("second", second)]),
    apply: (x) => tf.tidy(() => tf.concat([first.apply(x), second.apply(x)], 0) as tf.Tensor4D),
    dispose() {
      first.dispose();
      second.dispose();
    },
  };
}

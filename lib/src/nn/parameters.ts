import { type RandomStream, tf } from "../runtime";

/** Trainable values by name. Names follow the place in the network: `down.0.conv1.weight`. */
export type Parameters = Record<string, tf.Variable>;

/** A network: a function of its named parameters. */
export interface Network<Inputs extends unknown[]> {
  readonly parameters: Parameters;
  /** @returns a tensor owned by the caller. */
  apply(...inputs: Inputs): tf.Tensor4D;
  dispose(): void;
}

/** How many trainable values there are. */
export function countParameters(parameters: Parameters): number {
  return Object.values(parameters).reduce((sum, variable) => sum + variable.size, 0);
}

/** Adds a parameter under a name that is not yet taken. */
export function addParameter(parameters: Parameters, name: string, value: tf.Tensor): void {
  if (Object.hasOwn(parameters, name)) throw new Error(`parameter "${name}" is defined twice`);
  parameters[name] = tf.variable(value, true);
  value.dispose();
}

/** Looks a parameter up. @throws Error naming it when the network has none of that name. */
export function parameter(parameters: Parameters, name: string): tf.Variable {
  const variable = parameters[name];
  if (!variable) throw new Error(`no parameter "${name}"`);
  return variable;
}

/** Gives every parameter the value of the same name. @throws Error naming one that is missing. */
export function assignParameters(parameters: Parameters, values: Record<string, tf.Tensor>): void {
  for (const [name, variable] of Object.entries(parameters)) {
    const value = values[name];
    if (!value) throw new Error(`no value for the parameter "${name}"`);
    variable.assign(value);
  }
}

/**
 * Does work with other values in the parameters, such as their average, and gives them their own back, also when the work fails.
 * @throws Error naming a parameter that has no value among these; what the work throws.
 */
export async function withParameters<T>(
  parameters: Parameters,
  values: Record<string, tf.Tensor>,
  work: () => T | Promise<T>,
): Promise<T> {
  const kept = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value.clone()]));
  try {
    assignParameters(parameters, values);
    return await work();
  } finally {
    assignParameters(parameters, kept);
    tf.dispose(kept);
  }
}

/** Frees every parameter. */
export function disposeParameters(parameters: Parameters): void {
  tf.dispose(Object.values(parameters));
}

/**
 * Weight and bias uniform in +-1/sqrt(fanIn), PyTorch's default for convolutions and linear layers
 * (Kaiming uniform with a = sqrt(5)).
 * @param shape of the weight, output channels last.
 */
export function addWeightAndBias(parameters: Parameters, name: string, shape: number[], random: RandomStream): void {
  const fanIn = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
  const bound = 1 / Math.sqrt(fanIn);
  const draw = random.child(name);
  addParameter(parameters, `${name}.weight`, draw.uniform(shape, -bound, bound, 0));
  addParameter(parameters, `${name}.bias`, draw.uniform(shape.slice(-1), -bound, bound, 1));
}

/** Scale one and shift zero, the start of every normalisation layer. */
export function addScaleAndShift(parameters: Parameters, name: string, channels: number): void {
  addParameter(parameters, `${name}.weight`, tf.ones([channels]));
  addParameter(parameters, `${name}.bias`, tf.zeros([channels]));
}

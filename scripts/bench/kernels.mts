import { nn, runtime } from "ddpm-dip";
import type { KernelWork } from "./rows.mjs";

const { defineStep, openStream, record, tf } = runtime;
type Tensor = ReturnType<typeof runtime.lookUp>;
type Images = Parameters<typeof nn.groupNorm>[2];

/** What is timed of a kernel: a function of tensors with its gradient, or one without, told how often it ran. */
type Timed = { inputs: Tensor[]; apply: (...inputs: Tensor[]) => Tensor } | { draws: (count: Tensor) => Tensor };

const kinds: Record<KernelWork["kernel"], (shape: KernelWork["shape"]) => Timed> = {
  "group-norm": (shape) => ({
    inputs: draw(shape, [shape[3]], [shape[3]], [shape[0], shape[3]]),
    apply: (x, weight, bias, shift) =>
      nn.groupNorm(affine(weight, bias), "norm", x as Images, { activation: "silu", shift: shift as never }),
  }),
  "batch-norm": (shape) => ({
    inputs: draw(shape, [shape[3]], [shape[3]]),
    apply: (x, weight, bias) => nn.batchNorm(affine(weight, bias), "norm", x as Images, { slope: 0.2, margin: 1 }),
  }),
  film: (shape) => ({
    inputs: draw(shape, [shape[3]], [shape[0], shape[3]], [shape[0], shape[3]]),
    apply: (x, bias, scale, shift) =>
      nn.filmSilu(x as Images, { bias: bias as Tensor, scale: scale as never, shift: shift as never }),
  }),
  "reflection-pad": (shape) => ({ inputs: draw(shape), apply: (x) => nn.reflectionPad(x as Images, 1) }),
  bilinear: (shape) => ({ inputs: draw(shape), apply: (x) => nn.upsampleTwice(x as Images, "bilinear") }),
  "nearest-convolution": (shape) => ({
    inputs: draw(shape, [3, 3, shape[3], shape[3]], [shape[3]]),
    apply: (x, weight, bias) => nn.convolve(affine(weight, bias), "norm", x as Images, { enlarged: true }),
  }),
  convolution: (shape) => ({
    inputs: draw(shape, [3, 3, shape[3], shape[3]], [shape[3]]),
    apply: (x, weight, bias) => nn.convolve(affine(weight, bias), "norm", x as Images),
  }),
  average: (shape) => {
    const { average, update } = nn.averageWeights({ weight: tf.variable(draw(shape)[0] as Tensor) }, 0.99);
    return {
      draws: () => {
        update();
        return average.weight as Tensor;
      },
    };
  },
  normal: (shape) => ({ draws: (count) => openStream(1, "noise").normal(shape, count) }),
};

/** Parameters as the layers read them. */
const affine = (weight: Tensor | undefined, bias: Tensor | undefined) =>
  ({ "norm.weight": weight, "norm.bias": bias }) as unknown as nn.Parameters;

/** Standard normal values of each shape. */
function draw(...shapes: number[][]): Tensor[] {
  const stream = openStream(1, "data");
  return shapes.map((shape, i) => stream.normal(shape, i) as Tensor);
}

/** The sum of the first values of a function's gradients. */
function differentiate({ inputs, apply }: Extract<Timed, { inputs: Tensor[] }>): () => Tensor {
  const held = inputs.map((input) => tf.variable(input));
  const upper = tf.tidy(() => tf.variable(tf.onesLike(apply(...held)), false));
  const gradients = tf.grads(apply as never);
  return () => tf.addN(gradients(held, upper).map(corner));
}

/** A pass of a work's function, and of its gradient with respect to all of its inputs, recorded as a step. */
export function openKernel({ kernel, shape }: KernelWork): () => void {
  const timed = kinds[kernel](shape);
  const pass = "draws" in timed ? (count: Tensor) => corner(timed.draws(count)) : differentiate(timed);
  const step = defineStep({ count: { shape: [], dtype: "int32" } }, ({ count }) => ({ made: pass(count) }));
  const recording = record({ step });
  let count = 0;
  return () => {
    const { made } = recording.run("step", { count: count++ });
    made.dataSync();
    made.dispose();
  };
}

/** The first value, for which all of the tensor has to be there. */
export function corner(values: Tensor): Tensor {
  const zeros = values.shape.map(() => 0);
  return tf
    .slice(
      values,
      zeros,
      zeros.map(() => 1),
    )
    .reshape([]);
}

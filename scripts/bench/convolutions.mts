import { runtime } from "ddpm-dip";
import { corner } from "./kernels.mjs";

const { defineStep, openStream, record, tf } = runtime;

type Tensor = ReturnType<typeof runtime.lookUp>;

/** The parts of tfjs-node's backend that running an op by its name needs. */
interface Backend {
  binding: Binding;
  executeMultipleOutputs(op: string, attributes: unknown[], inputs: Tensor[], outputCount: number): Tensor[];
}

interface Binding {
  executeOp(
    op: string,
    attributes: unknown[],
    inputIds: number[],
    outputCount: number,
  ): { id: number; shape: number[] }[];
  createTensor(shape: number[], type: number, values: ArrayLike<number>): number;
}

/** An op that was run, and what it was given: the shape of an image or a kernel, or the numbers of a shape. */
interface SeenOp {
  op: string;
  attributes: unknown[];
  inputs: ({ shape: number[] } | { numbers: number[] })[];
}

const products = [
  ...["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "MatMul"],
  ...["DdpmDipConvolution", "DdpmDipConvolutionGradInput", "DdpmDipConvolutionGradWeight"],
];

/**
 * The convolutions and matrix products of a step, and nothing else, as a recorded step of their own: the time below which
 * faster passes between them cannot bring it.
 * @param open makes a step that runs op by op.
 */
export function openConvolutions(open: () => () => void): () => void {
  const seen = watchStep(open);
  if (seen.length === 0) throw new Error("the step has no convolutions");
  const random = openStream(1, "data");
  const held = seen.map(({ inputs }, op) =>
    inputs.map((input, place) =>
      "shape" in input ? tf.variable(random.normal(input.shape, 16 * op + place), false) : undefined,
    ),
  );
  const backend = tf.backend() as unknown as Backend;
  const all = defineStep({}, () => {
    const corners = seen.map(({ op, attributes, inputs }, i) => {
      const given = inputs.map((input, place) =>
        "numbers" in input ? tf.tensor1d(input.numbers, "int32") : (held[i]?.[place] as Tensor),
      );
      return corner(backend.executeMultipleOutputs(op, attributes, given, 1)[0] as Tensor);
    });
    return { sum: tf.addN(corners) };
  });
  const recording = record({ all });
  return () => {
    const { sum } = recording.run("all", {});
    sum.dataSync();
    sum.dispose();
  };
}

/** What a step's second run asks of TensorFlow by way of products. */
export function watchStep(open: () => () => void): SeenOp[] {
  const backend = tf.backend() as unknown as Backend;
  const { binding } = backend;
  const known = new Map<number, SeenOp["inputs"][number]>();
  const seen: SeenOp[] = [];
  const names = Object.getOwnPropertyNames(binding) as (keyof Binding)[];
  backend.binding = {
    ...(Object.fromEntries(names.map((name) => [name, binding[name]])) as unknown as Binding),
    executeOp(op, attributes, inputIds, outputCount) {
      const outputs = binding.executeOp(op, attributes, inputIds, outputCount);
      for (const { id, shape } of outputs) known.set(id, { shape });
      if (products.includes(op)) {
        const inputs = inputIds.map((id) => known.get(id));
        if (inputs.includes(undefined)) throw new Error(`${op}: uses a tensor of unknown shape`);
        seen.push({ op, attributes, inputs: inputs as SeenOp["inputs"] });
      }
      return outputs;
    },
    createTensor(shape, type, values) {
      const id = binding.createTensor(shape, type, values);
      known.set(id, values instanceof Int32Array ? { numbers: Array.from(values) } : { shape: [...shape] });
      return id;
    },
  };
  try {
    const step = open();
    step();
    seen.length = 0;
    step();
    return seen;
  } finally {
    backend.binding = binding;
  }
}

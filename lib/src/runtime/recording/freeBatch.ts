import { type NativeAttributes, nativeTypes } from "../backend";
import type { DifferingConstant } from "./compareTraces";
import { type GraphNode, makeNode, type Trace } from "./graph";

/** The sizes of batch that a step with a free batch is recorded with. */
export const trialBatches = [2, 3, 4] as const;

/**
 * Makes a step recorded at `trialBatches` run at any batch: constants that are whole numbers in proportion to the
 * batch (shapes, mostly) and constants that repeat one value over it are computed from the batch that is fed.
 * @param trace of the first of the batches; changed in place.
 * @throws Error naming the op for a constant that depends on the batch in another way.
 */
export function freeBatch(trace: Trace, differing: readonly DifferingConstant[]): void {
  const source = trace.nodes.find(({ input }) => input?.shape[0] === null);
  if (!source?.input) throw new Error("a step with a free batch has no input that carries it");
  const add = (op: string, inputs: GraphNode[], attributes: NativeAttributes): GraphNode => {
    const node = makeNode(op, inputs, attributes);
    trace.nodes.push(node);
    return node;
  };
  const wholeNumbers = (values: number[]): GraphNode => {
    const node = add("Const", [], { type: { dtype: "int32" } });
    node.constant = { type: nativeTypes.int32, shape: [values.length], values: Int32Array.from(values) };
    return node;
  };
  const shape = add("Shape", [source], { type: { T: source.input.dtype, out_type: "int32" } });
  const batch = add("Slice", [shape, wholeNumbers([0]), wholeNumbers([1])], { type: { T: "int32", Index: "int32" } });
  const inProportion = (rows: readonly ArrayLike<number>[], user: string): GraphNode => {
    const [low, high] = rows as [ArrayLike<number>, ArrayLike<number>];
    const [b0, b1] = trialBatches;
    const slope = Array.from(low, (value, i) => ((high[i] as number) - value) / (b1 - b0));
    const base = Array.from(low, (value, i) => value - (slope[i] as number) * b0);
    const fits = rows.every((row, k) =>
      slope.every((rate, i) => (row[i] as number) === (base[i] as number) + rate * (trialBatches[k] as number)),
    );
    if (!fits) throw new Error(`${user}: a value made in JavaScript depends on the batch other than in proportion`);
    const product = add("Mul", [wholeNumbers(slope), batch], { type: { T: "int32" } });
    return add("AddV2", [wholeNumbers(base), product], { type: { T: "int32" } });
  };

  for (const { node, values, users } of differing) {
    const [first] = values as [(typeof values)[0]];
    const [user] = users as [string];
    const shapes = values.map((value) => value.shape);
    const sameShape = shapes.every((other) => other.join() === first.shape.join());
    const fill = first.values[0];
    const varying = Array.from(first.values, (value, i) => values.some((other) => other.values[i] !== value));
    if (sameShape && users.every((op) => op === "Reshape") && varying.filter(Boolean).length === 1) {
      // TensorFlow finds the one extent that a reshape leaves open.
      const open = Int32Array.from(first.values, (value, i) => (varying[i] ? -1 : value));
      node.constant = { ...first, values: open };
      continue;
    }
    if (sameShape && first.type === nativeTypes.int32 && first.shape.length <= 1) {
      const numbers = inProportion(
        values.map((value) => value.values),
        user,
      );
      become(node, first.shape.length === 1 ? "Identity" : "Squeeze", [numbers], { type: { T: "int32" } });
    } else if (!sameShape && values.every((value) => (value.values as Float32Array).every((one) => one === fill))) {
      const repeated = add("Const", [], { type: { dtype: first.type } });
      repeated.constant = { type: first.type, shape: [], values: first.values.slice(0, 1) };
      const extents = inProportion(shapes, user);
      become(node, "Fill", [extents, repeated], { type: { T: first.type, index_type: "int32" } });
    } else {
      throw new Error(`${user}: uses a value made in JavaScript that depends on the batch and would be frozen`);
    }
  }
}

function become(node: GraphNode, op: string, inputs: GraphNode[], attributes: NativeAttributes): void {
  Object.assign(node, makeNode(op, inputs, attributes));
  delete node.constant;
}

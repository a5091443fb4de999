import { type BindingAttribute, encodeAttributes, type NativeAttributes, type tf } from "../backend";

export interface StepInput {
  /** `null` as the first extent: the batch, which may differ from call to call and is one for all such inputs. */
  shape: readonly (number | null)[];
  /** float32 by default. */
  dtype?: "float32" | "int32";
}

/** A node of a graph: one TensorFlow op. */
export interface GraphNode {
  op: string;
  attributes: BindingAttribute[];
  inputs: Edge[];
  /** Nodes that must run before this one though it uses nothing of theirs. */
  after: GraphNode[];
  constant?: ConstantValue;
  /** What a `VarHandleOp` is the handle of. */
  variable?: tf.Variable;
  /** What a `Placeholder` stands for. */
  input?: { name: string } & Required<StepInput>;
}

export interface Edge {
  node: GraphNode;
  output: number;
}

/** A constant: TensorFlow's number of its type, its shape and its values. */
export interface ConstantValue {
  type: number;
  shape: number[];
  values: Float32Array | Int32Array | Uint8Array;
}

/** What one run of a function did, as a graph. */
export interface Trace {
  /** In the order in which they ran. */
  nodes: GraphNode[];
  outputs: Record<string, GraphNode>;
  /** The last op on each variable that the function assigned. */
  updates: GraphNode[];
}

/** A node whose inputs are the first outputs of other nodes. */
export function makeNode(op: string, inputs: GraphNode[], attributes: NativeAttributes): GraphNode {
  return {
    op,
    attributes: encodeAttributes(attributes),
    inputs: inputs.map((node) => ({ node, output: 0 })),
    after: [],
  };
}

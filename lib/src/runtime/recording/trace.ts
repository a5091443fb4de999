import { encodeAttributes, type NativeAttributes, type NativeBinding, nativeBackend, tf } from "../backend";
import { type Edge, type GraphNode, makeNode, type StepInput, type Trace } from "./graph";

/** An update of variables in place by one native op, such as `ResourceApplyAdam`. */
interface VariableUpdate {
  op: string;
  attributes: NativeAttributes;
  variables: tf.Variable[];
  /** The op's inputs after the variables. */
  values: tf.Tensor[];
  /** Assigns the new values by ordinary tensor operations, which define the result. */
  eager(): void;
}

/** Where a step is being recorded: writes an update down. */
let open: ((update: VariableUpdate) => void) | undefined;

/** Updates variables: where a step is being recorded by the native op, elsewhere by the operations that define it. */
export function updateVariables(update: VariableUpdate): void {
  if (open) open(update);
  else tf.tidy(update.eager);
}

interface VariableState {
  handle: GraphNode;
  /** Reads of the present version; an update waits for them. */
  reads: GraphNode[];
  /** The op that made the present version; reads wait for it. */
  update?: GraphNode;
}

/**
 * Runs a function once and writes down each TensorFlow op that it runs. Variables that it uses become resources of
 * the graph; they are left with the values that they had before.
 * @param inputs what will be fed, by name; zeros of these shapes stand for it now.
 * @param batch the extent that `null` stands for now.
 * @throws Error naming the op when the function reads a value in JavaScript, uses a tensor from outside that is
 *   neither an input nor a variable, or makes a variable; when a function is being recorded already.
 */
export function traceFunction(
  run: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  inputs: Readonly<Record<string, StepInput>>,
  batch: number,
): Trace {
  if (open) throw new Error("a step is being recorded already: recordings do not nest");
  const backend = nativeBackend();
  const { binding, move } = backend;
  const registered = tf.engine().state.registeredVariables as Record<string, tf.Variable>;
  const variables = Object.values(registered);
  separateShared(variables);

  const nodes: GraphNode[] = [];
  const edges = new Map<number, Edge>();
  const states = new Map<tf.Variable, VariableState>();
  const variableOf = new Map<number, tf.Variable>();
  const madeHere = new WeakSet<object>();
  const addNode = (node: GraphNode): GraphNode => {
    nodes.push(node);
    return node;
  };
  const idOf = (tensor: tf.Tensor): number => backend.getInputTensorIds([tensor])[0] as number;

  const stateOf = (variable: tf.Variable): VariableState => {
    let state = states.get(variable);
    if (!state) {
      const { dtype, shape } = variable;
      const handle = makeNode("VarHandleOp", [], { type: { dtype }, shape: { shape } });
      state = { handle: addNode({ ...handle, variable }), reads: [] };
      states.set(variable, state);
    }
    return state;
  };
  const pastOf = ({ reads, update }: VariableState): GraphNode[] => [...reads, ...(update ? [update] : [])];
  const edgeOf = (id: number, user: string): Edge => {
    const known = edges.get(id);
    if (known) return known;
    const variable = variableOf.get(id);
    if (!variable) {
      throw new Error(
        `${user}: uses a tensor that was made outside of the step and would be frozen; make it an input or a tf.variable`,
      );
    }
    const state = stateOf(variable);
    const read = addNode(makeNode("ReadVariableOp", [state.handle], { type: { dtype: variable.dtype } }));
    if (state.update) read.after.push(state.update);
    state.reads.push(read);
    const edge = { node: read, output: 0 };
    edges.set(id, edge);
    return edge;
  };
  /** Writes down that a variable was assigned, if it was. */
  const settle = (variable: tf.Variable): void => {
    const id = idOf(variable);
    if (variableOf.get(id) === variable) return;
    const value = edgeOf(id, "AssignVariableOp");
    const state = stateOf(variable);
    const assign = makeNode("AssignVariableOp", [state.handle], { type: { dtype: variable.dtype } });
    assign.inputs.push(value);
    assign.after.push(...pastOf(state));
    state.update = addNode(assign);
    state.reads = [];
    variableOf.set(id, variable);
  };

  const recorder: NativeBinding = {
    ...copyProperties(binding),
    executeOp(op, attributes, inputIds, outputCount) {
      const sources = inputIds.map((id) => edgeOf(id, op));
      const outputs = binding.executeOp(op, attributes, inputIds, outputCount);
      const node = addNode({ op, attributes: [...attributes], inputs: sources, after: [] });
      // The one op whose type tfjs leaves to TensorFlow, which finds it when the op runs but not in a graph.
      if (op === "ExpandDims") {
        const value = outputs[0]?.dtype as number;
        node.attributes.push(...encodeAttributes({ type: { T: value } }));
      }
      outputs.forEach(({ id }, output) => {
        edges.set(id, { node, output });
      });
      return outputs;
    },
    createTensor(shape, type, values) {
      const id = binding.createTensor(shape, type, values);
      if (madeHere.has(values)) {
        if (Array.isArray(values)) throw new Error("a step cannot hold a constant of text");
        const node = addNode(makeNode("Const", [], { type: { dtype: type } }));
        node.constant = { type, shape: [...shape], values };
        edges.set(id, { node, output: 0 });
      }
      return id;
    },
    tensorDataSync(id) {
      const maker = edges.get(id)?.node.op ?? "a variable";
      throw new Error(
        `${maker}: its values are read in JavaScript (dataSync, arraySync or a condition on them) while the step is ` +
          "recorded, and would be frozen; compute with tensors, or return the tensor as an output",
      );
    },
  };

  const before = new Map<tf.Variable, tf.Tensor>();
  const trace: Trace = { nodes, outputs: {}, updates: [] };
  const examples: Record<string, tf.Tensor> = {};
  try {
    for (const [name, { shape, dtype = "float32" }] of Object.entries(inputs)) {
      const shapeWith = (free: number) => shape.map((extent) => extent ?? free);
      const example = tf.zeros(shapeWith(batch), dtype);
      examples[name] = example;
      const placeholder = makeNode("Placeholder", [], { type: { dtype }, shape: { shape: shapeWith(-1) } });
      const node = addNode({ ...placeholder, input: { name, shape, dtype } });
      edges.set(idOf(example), { node, output: 0 });
    }
    for (const variable of variables) {
      variableOf.set(idOf(variable), variable);
      before.set(variable, tf.keep(tf.clone(variable)));
    }
    open = ({ op, attributes, variables: targets, values, eager }) => {
      for (const variable of targets) settle(variable);
      const current = targets.map(stateOf);
      const handles = current.map(({ handle }) => handle);
      const node = makeNode(op, handles, attributes);
      node.inputs.push(...values.map((value) => edgeOf(idOf(value), op)));
      node.after.push(...current.flatMap(pastOf));
      addNode(node);
      backend.binding = binding;
      try {
        tf.tidy(eager);
        targets.forEach((variable, i) => {
          Object.assign(current[i] as VariableState, { update: node, reads: [] });
          variableOf.set(idOf(variable), variable);
        });
      } finally {
        backend.binding = recorder;
      }
    };
    backend.binding = recorder;
    backend.move = (dataId, values, ...rest) => {
      if (values) madeHere.add(values);
      move.call(backend, dataId, values, ...rest);
    };
    tf.tidy(() => {
      const results = run(examples);
      for (const [name, tensor] of Object.entries(results)) {
        const output = makeNode("Identity", [], { type: { T: tensor.dtype } });
        output.inputs.push(edgeOf(idOf(tensor), `output "${name}"`));
        trace.outputs[name] = addNode(output);
      }
      const made = Object.values(registered).filter((variable) => !before.has(variable));
      if (made.length > 0) {
        tf.dispose(made);
        throw new Error("the step makes a variable each time it runs; make variables before it is recorded");
      }
      for (const variable of variables) settle(variable);
      trace.updates = [...states.values()].flatMap(({ update }) => update ?? []);
    });
    return trace;
  } finally {
    open = undefined;
    backend.binding = binding;
    backend.move = move;
    for (const [variable, value] of before) {
      if (!variable.isDisposed) variable.assign(value);
      value.dispose();
    }
    tf.dispose(examples);
  }
}

/** The binding's properties are not writable: an object that inherited from it would silently keep them. */
function copyProperties(binding: NativeBinding): NativeBinding {
  const names = Object.getOwnPropertyNames(binding) as (keyof NativeBinding)[];
  return Object.fromEntries(names.map((name) => [name, binding[name]])) as unknown as NativeBinding;
}

/** tfjs lets variables share one tensor until one is assigned; here each must be known by its own. */
function separateShared(variables: tf.Variable[]): void {
  const seen = new Set<object>();
  for (const variable of variables) {
    if (seen.has(variable.dataId)) tf.tidy(() => variable.assign(variable.add(tf.zerosLike(variable))));
    seen.add(variable.dataId);
  }
}

import { nativeTypes, tf } from "../backend";
import { type GraphNode, makeNode, type Trace } from "./graph";
import { encodeSavedModel } from "./graphDef";
import { openSession } from "./session";

/** Steps in one native graph, with the variables that they share. */
export type Program = ReturnType<typeof openProgram>;

/** Joins the traces of steps into one graph, loads it, and gives its variables their present values. */
export function openProgram(traces: Readonly<Record<string, Trace>>) {
  const names = new Map<GraphNode, string>();
  const nodes: GraphNode[] = [];
  const add = (name: string, node: GraphNode): GraphNode => {
    names.set(node, name);
    nodes.push(node);
    return node;
  };
  const variables = new Map<tf.Variable, GraphNode>();
  for (const [step, trace] of Object.entries(traces)) {
    trace.nodes.forEach((node, i) => {
      if (node.input) add(`${step}/input_${node.input.name}`, node);
      else if (!node.variable) add(`${step}/${node.op}_${i}`, node);
      else if (variables.has(node.variable))
        names.set(node, names.get(variables.get(node.variable) as GraphNode) as string);
      else variables.set(node.variable, add(`variable_${variables.size}`, node));
    });
    add(`${step}/done`, makeSignal(trace.updates));
  }
  const updates = Object.values(traces).flatMap((trace) => trace.updates);
  const assigned = new Set(updates.flatMap(({ inputs }) => inputs.flatMap(({ node }) => node.variable ?? [])));
  const written: GraphNode[] = [];
  for (const [variable, handle] of variables) {
    const name = names.get(handle) as string;
    const { dtype, shape } = variable;
    const value = add(`${name}/value`, makeNode("Placeholder", [], { type: { dtype }, shape: { shape } }));
    written.push(add(`${name}/write`, makeNode("AssignVariableOp", [handle, value], { type: { dtype } })));
    add(`${name}/read`, makeNode("ReadVariableOp", [handle], { type: { dtype } }));
  }
  add("written", makeSignal(written));

  const session = openSession(encodeSavedModel(nodes, names));
  const program = {
    run(step: string, feeds: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> {
      const outputs = Object.entries((traces[step] as Trace).outputs);
      const placeholders = Object.fromEntries(
        Object.entries(feeds).map(([name, tensor]) => [`${step}/input_${name}`, tensor]),
      );
      const fetched = session.run(placeholders, [
        ...outputs.map(([, node]) => names.get(node) as string),
        `${step}/done`,
      ]);
      fetched.pop()?.dispose();
      return Object.fromEntries(outputs.map(([name], i) => [name, fetched[i] as tf.Tensor]));
    },
    read(): void {
      const targets = [...assigned];
      if (targets.length === 0) return;
      const values = session.run(
        {},
        targets.map((variable) => `${names.get(variables.get(variable) as GraphNode)}/read`),
      );
      targets.forEach((variable, i) => {
        const value = values[i] as tf.Tensor;
        if (!variable.isDisposed) variable.assign(value as tf.Tensor<tf.Rank>);
        value.dispose();
      });
    },
    write(): void {
      if (variables.size === 0) return;
      const feeds = [...variables].map(([variable, handle]) => [`${names.get(handle)}/value`, variable] as const);
      tf.dispose(session.run(Object.fromEntries(feeds), ["written"]));
    },
    close: session.close,
  };
  program.write();
  return program;
}

/** A node to fetch so that others run. */
function makeSignal(after: GraphNode[]): GraphNode {
  const constant = { type: nativeTypes.bool, shape: [], values: Uint8Array.of(1) };
  return { ...makeNode("Const", [], { type: { dtype: "bool" } }), constant, after };
}

import { isDeepStrictEqual } from "node:util";
import type { ConstantValue, GraphNode, Trace } from "./graph";

/** A constant of the step, as each of the traces had it. */
export interface DifferingConstant {
  node: GraphNode;
  values: ConstantValue[];
  users: string[];
}

/**
 * Holds traces of the same function against each other. What differs was decided in JavaScript.
 * @returns the constants that differ; all else is the same.
 * @throws Error naming the op when the traces ran different ops, or the same ones on other tensors or in another way.
 */
export function compareTraces(traces: readonly [Trace, ...Trace[]]): DifferingConstant[] {
  const [first, ...others] = traces;
  const expected = describeNodes(first);
  for (const found of others.map(describeNodes)) {
    const at = expected.findIndex((text, i) => text !== found[i]);
    const other = at < 0 && found.length > expected.length ? expected.length : at;
    if (other >= 0) {
      const op = first.nodes[other]?.op ?? traces[1]?.nodes[other]?.op;
      throw new Error(
        `${op}: the step runs another op, or the same in another way, each time it is recorded; ` +
          "a condition or a counter in JavaScript would be frozen",
      );
    }
  }
  const users = new Map<GraphNode, string[]>();
  for (const node of first.nodes) {
    for (const { node: source } of node.inputs) users.set(source, [...(users.get(source) ?? []), node.op]);
  }
  return first.nodes.flatMap((node, i) => {
    if (!node.constant) return [];
    const values = traces.map(({ nodes }) => (nodes[i] as GraphNode).constant as ConstantValue);
    const [reference, ...rest] = values;
    if (rest.every((value) => isDeepStrictEqual(reference, value))) return [];
    return [{ node, values, users: users.get(node) ?? ["an output"] }];
  });
}

/** Each node as text, constants without their values. */
function describeNodes({ nodes, outputs, updates }: Trace): string[] {
  const indices = new Map(nodes.map((node, i) => [node, i]));
  const place = (node: GraphNode) => indices.get(node);
  const texts = nodes.map(({ op, attributes, inputs, after, variable }) =>
    JSON.stringify([
      op,
      attributes,
      inputs.map(({ node, output }) => [place(node), output]),
      after.map(place),
      variable?.id,
    ]),
  );
  const ends = Object.entries(outputs).map(([name, node]) => [name, place(node)]);
  return [...texts, JSON.stringify([ends, updates.map(place)])];
}

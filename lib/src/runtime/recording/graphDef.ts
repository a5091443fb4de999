import { type BindingAttribute, nativeBackend } from "../backend";
import type { ConstantValue, GraphNode } from "./graph";

/** A message of TensorFlow's protocol, as tfjs-node generated it: setters named after the fields. */
interface Message {
  serializeBinary(): Uint8Array;
  [setter: string]: (...values: never[]) => unknown;
}

/**
 * Writes a graph as a TensorFlow SavedModel with the tag `serve` (tensorflow/core/protobuf/saved_model.proto).
 * Variables are not in it: they are given their values after it is loaded.
 */
export function encodeSavedModel(nodes: readonly GraphNode[], names: ReadonlyMap<GraphNode, string>): Uint8Array {
  const metaInfo = message("MetaGraphDef.MetaInfoDef", { TagsList: ["serve"] });
  const graph = message("GraphDef", {
    NodeList: nodes.map((node) => encodeNode(node, names)),
    Versions: message("VersionDef", { Producer: 1882 }),
  });
  const metaGraph = message("MetaGraphDef", { MetaInfoDef: metaInfo, GraphDef: graph });
  return message("SavedModel", { SavedModelSchemaVersion: 1, MetaGraphsList: [metaGraph] }).serializeBinary();
}

function message(type: string, fields: Record<string, unknown>): Message {
  const root = require("@tensorflow/tfjs-node-gpu/dist/proto/api_pb") as Record<string, unknown>;
  const Type = type.split(".").reduce((scope, name) => scope[name] as Record<string, unknown>, root);
  const made = new (Type as unknown as new () => Message)();
  for (const [field, value] of Object.entries(fields)) made[`set${field}`]?.(value as never);
  return made;
}

function encodeNode(node: GraphNode, names: ReadonlyMap<GraphNode, string>): Message {
  const nameOf = (other: GraphNode) => names.get(other) as string;
  const InputList = [
    ...node.inputs.map(({ node: source, output }) => (output === 0 ? nameOf(source) : `${nameOf(source)}:${output}`)),
    ...new Set(node.after.map((other) => `^${nameOf(other)}`)),
  ];
  const encoded = message("NodeDef", { Name: nameOf(node), Op: node.op, InputList });
  const attributes = (encoded.getAttrMap as () => { set(name: string, value: Message): void })();
  for (const attribute of node.attributes) attributes.set(attribute.name, encodeAttribute(attribute));
  if (node.op === "VarHandleOp") {
    attributes.set("shared_name", message("AttrValue", { S: Buffer.from(nameOf(node)) }));
  }
  if (node.constant) attributes.set("value", message("AttrValue", { Tensor: encodeTensor(node.constant) }));
  return encoded;
}

function encodeAttribute({ type, value }: BindingAttribute): Message {
  const { binding } = nativeBackend();
  const fields: Record<number, string> = {
    [binding.TF_ATTR_INT]: "I",
    [binding.TF_ATTR_FLOAT]: "F",
    [binding.TF_ATTR_BOOL]: "B",
    [binding.TF_ATTR_TYPE]: "Type",
  };
  if (type === binding.TF_ATTR_STRING) return message("AttrValue", { S: Buffer.from(value as string) });
  if (type === binding.TF_ATTR_SHAPE) return message("AttrValue", { Shape: encodeShape(value as number[]) });
  const field = fields[type] as string;
  if (!Array.isArray(value)) return message("AttrValue", { [field]: value });
  return message("AttrValue", { List: message("AttrValue.ListValue", { [`${field}List`]: value }) });
}

function encodeShape(shape: readonly number[]): Message {
  return message("TensorShape", { DimList: shape.map((Size) => message("TensorShape.Dim", { Size })) });
}

/** Values that are all the same are written once: TensorFlow repeats the last value to fill the shape. */
function encodeTensor({ type, shape, values }: ConstantValue): Message {
  const { binding } = nativeBackend();
  const common = { Dtype: type, TensorShape: encodeShape(shape) };
  const first = values[0];
  if (first !== undefined && values.length > 1 && values.every((value) => value === first)) {
    const field = { [binding.TF_FLOAT]: "FloatValList", [binding.TF_INT32]: "IntValList" }[type] ?? "BoolValList";
    return message("Tensor", { ...common, [field]: [type === binding.TF_BOOL ? first !== 0 : first] });
  }
  return message("Tensor", {
    ...common,
    TensorContent: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nativeTypes } from "../../src/runtime";
import { type GraphNode, makeNode, typeAttribute } from "../../src/runtime/recording/graph";
import { encodeSavedModel } from "../../src/runtime/recording/graphDef";

interface SignatureMap<Value> {
  set(key: string, value: Value): void;
}
interface TensorInfo {
  setName(name: string): void;
  setDtype(dtype: number): void;
  setTensorShape(shape: object): void;
}
interface SignatureDef {
  getInputsMap(): SignatureMap<TensorInfo>;
  getOutputsMap(): SignatureMap<TensorInfo>;
}
interface SavedModel {
  getMetaGraphsList(): { getSignatureDefMap(): SignatureMap<SignatureDef> }[];
  serializeBinary(): Uint8Array;
}
interface Messages {
  SavedModel: { deserializeBinary(bytes: Uint8Array): SavedModel };
  SignatureDef: new () => SignatureDef;
  TensorInfo: new () => TensorInfo;
  TensorShape: new () => object;
}

const pixels = 299 * 299 * 3;

/**
 * Writes a SavedModel whose features are the first values of the image that it is given: [batch, 299, 299, 3] to
 * [batch, size].
 * @param outputs how many times the features are put out.
 */
export function writeTinyModel(folder: string, { size = 2048, outputs = 1 } = {}): void {
  const image = makeNode(
    "Placeholder",
    [],
    [typeAttribute("dtype", "float32"), { name: "shape", kind: "shape", value: [-1, 299, 299, 3] }],
  );
  const whole = (...values: number[]): GraphNode => ({
    ...makeNode("Const", [], [typeAttribute("dtype", "int32")]),
    constant: { type: nativeTypes.int32, shape: [values.length], values: Int32Array.from(values) },
  });
  const [shape, begin, extent] = [whole(-1, pixels), whole(0, 0), whole(-1, size)];
  const flat = makeNode("Reshape", [image, shape], [typeAttribute("T", "float32"), typeAttribute("Tshape", "int32")]);
  const first = makeNode(
    "Slice",
    [flat, begin, extent],
    [typeAttribute("T", "float32"), typeAttribute("Index", "int32")],
  );
  const names = new Map(
    Object.entries({ image, shape, begin, extent, flat, first }).map(([name, node]) => [node, name] as const),
  );
  const messages = require("@tensorflow/tfjs-node-gpu/dist/proto/api_pb") as Messages;
  const model = messages.SavedModel.deserializeBinary(encodeSavedModel([...names.keys()], names));
  const describe = (name: string): TensorInfo => {
    const info = new messages.TensorInfo();
    info.setName(name);
    info.setDtype(nativeTypes.float32);
    info.setTensorShape(new messages.TensorShape());
    return info;
  };
  const signature = new messages.SignatureDef();
  signature.getInputsMap().set("images", describe("image:0"));
  for (let i = 0; i < outputs; i++) signature.getOutputsMap().set(`features ${i}`, describe("first:0"));
  for (const graph of model.getMetaGraphsList()) graph.getSignatureDefMap().set("serving_default", signature);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "saved_model.pb"), model.serializeBinary());
}

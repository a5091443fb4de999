import { Readable } from "node:stream";
import { spec as Spec } from "node:test/reporters";

const startLines = /All log messages before absl::InitializeLog|oneDNN custom operations are on/;

/** @param {AsyncIterable<any>} source */
async function* withoutStartLines(source) {
  for await (const event of source) {
    if (event.type === "test:stderr" && startLines.test(event.data.message)) continue;
    yield event;
  }
}

/**
 * Node's spec reporter without the two lines that TensorFlow writes when it loads and no setting turns off.
 * @param {AsyncIterable<any>} source
 */
export default async function* quietReporter(source) {
  yield* Readable.from(withoutStartLines(source)).compose(new Spec());
}

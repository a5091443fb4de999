import { relative } from "node:path";
import { Readable } from "node:stream";
import { spec as Spec } from "node:test/reporters";
import { root } from "../setup/process.mjs";

const startLines = /All log messages before absl::InitializeLog|oneDNN custom operations are on/;
const listed = 15;

/**
 * @param {AsyncIterable<any>} source
 * @param {{ name: string, file: string, seconds: number }[]} seen filled with the tests that ended, those of a suite apart
 */
async function* withoutStartLines(source, seen) {
  for await (const event of source) {
    if (event.type === "test:stderr" && startLines.test(event.data.message)) continue;
    const { name, file, details } = event.data ?? {};
    const ended = event.type === "test:pass" || event.type === "test:fail";
    if (ended && file && details.type !== "suite") {
      seen.push({ name, file: relative(root, file), seconds: details.duration_ms / 1000 });
    }
    yield event;
  }
}

/** @param {[string, number][]} rows names with their seconds */
function slowest(rows) {
  const sorted = rows.sort(([, a], [, b]) => b - a).slice(0, listed);
  return sorted.map(([name, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`).join("");
}

/**
 * Node's spec reporter without the two lines that TensorFlow writes when it loads and no setting turns off; the slowest
 * tests and files last.
 * @param {AsyncIterable<any>} source
 */
export default async function* quietReporter(source) {
  /** @type {{ name: string, file: string, seconds: number }[]} */
  const seen = [];
  yield* Readable.from(withoutStartLines(source, seen)).compose(new Spec());
  /** @type {Map<string, number>} */
  const files = new Map();
  for (const { file, seconds } of seen) files.set(file, (files.get(file) ?? 0) + seconds);
  yield `\nslowest tests\n${slowest(seen.map(({ name, file, seconds }) => [`${name} (${file})`, seconds]))}`;
  yield `slowest files, without loading\n${slowest([...files])}`;
}

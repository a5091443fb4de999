import assert from "node:assert/strict";
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { tf } from "../../src/runtime";
import { temporaryFolder } from "../helpers";
import { badRows, layOut } from "./badInputRows";
import { runMain } from "./tinyRun";

/** Every file below a folder with its content. */
function contentsOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map(String).sort();
  const read = (path: string) => {
    const file = join(folder, path);
    if (!existsSync(file)) return "a link to nothing";
    return lstatSync(file).isFile() ? readFileSync(file, "base64") : String(statSync(file).mode);
  };
  return Object.fromEntries(paths.map((path) => [path, read(path)]));
}

const folder = temporaryFolder();
let before: Record<string, string> | undefined;
after(() => {
  delete process.env.DDPM_DIP_CHECKPOINTS;
});

for (const [kind, rows] of Object.entries(badRows)) {
  test(`${kind}: what cannot be done is refused with exit code 2 and its reason, and nothing is written`, async () => {
    before ??= await layOut(folder).then((checkpoints) => {
      process.env.DDPM_DIP_CHECKPOINTS = checkpoints;
      return contentsOf(folder);
    });
    const tensors = tf.memory().numTensors;
    const placed = (word: string) => (word.startsWith("./") ? join(folder, word) : word);
    const usual = { DDPM_DIP_CHECKPOINTS: join(folder, "checkpoints") };
    for (const [words, message, env = {}] of rows) {
      const told = `${words.join(" ")} ${Object.values(env)}: `;
      for (const [name, value] of Object.entries(env)) process.env[name] = placed(value);
      const { code, stderr, stdout } = await runMain(words.map(placed));
      Object.assign(process.env, usual);
      assert.equal(code, 2, told + stderr);
      assert.match(stderr.split("\n")[0] ?? "", message, told);
      assert.equal(stdout, "", told);
      assert.deepEqual(contentsOf(folder), before, told);
    }
    assert.equal(tf.memory().numTensors, tensors);
  });
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../helpers";

const source = join(__dirname, "..", "..", "src", "runtime", "quietly.ts");

test("native chatter is kept off stderr, and stderr works on afterwards", () => {
  const program = `
const { writeSync } = require("node:fs");
const { quietly } = require(${JSON.stringify(source)});
const made = quietly(() => { writeSync(2, "chatter"); return 42; });
console.error("made " + made);
`;
  const file = join(temporaryFolder(), "stderr");
  const { status } = spawnSync(process.execPath, ["--import", "tsx", "--eval", program], {
    stdio: ["ignore", "ignore", openSync(file, "a")],
  });
  assert.equal(status, 0);
  assert.equal(readFileSync(file, "utf8"), "made 42\n");
});

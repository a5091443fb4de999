import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeWhole } from "../../src/runtime/writeWhole";
import { temporaryFolder } from "../helpers";

test("a file is written and replaced, and nothing else is left", async () => {
  const folder = temporaryFolder();
  await writeWhole(join(folder, "a"), "one");
  await writeWhole(join(folder, "a"), Buffer.from("two"));
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "two");
  assert.deepEqual(readdirSync(folder), ["a"]);
});

test("a name that cannot be taken leaves nothing behind", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a"));
  await assert.rejects(writeWhole(join(folder, "a"), "one"), /EISDIR|ENOTEMPTY|EEXIST/);
  assert.deepEqual(readdirSync(folder), ["a"]);
});

test("a write that the system cuts short keeps the old file whole", () => {
  // The shell's limit on the size of files stands in for a full disk: 8 blocks of 512 or 1024 bytes.
  const folder = temporaryFolder();
  const file = join(folder, "a");
  const module = join(__dirname, "..", "..", "src", "runtime", "writeWhole.ts");
  const script = `process.on("SIGXFSZ", () => {});
    const { writeWhole } = require(${JSON.stringify(module)});
    writeWhole(${JSON.stringify(file)}, "old").then(() => writeWhole(${JSON.stringify(file)}, "n".repeat(20000)))
      .then(() => process.exit(0), (error) => { console.error(error.code); process.exit(3); });`;
  const node = `exec "${process.execPath}" --import tsx -e '${script}'`;
  const { status, stderr } = spawnSync("sh", ["-c", `ulimit -f 8; ${node}`], {
    encoding: "utf8",
    env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    cwd: join(__dirname, "..", "..", ".."),
  });
  assert.equal(status, 3, stderr);
  assert.match(stderr, /EFBIG/);
  assert.equal(readFileSync(file, "utf8"), "old");
  assert.deepEqual(readdirSync(folder), ["a"]);
});

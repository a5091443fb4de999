import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../helpers";

const root = join(__dirname, "..", "..", "..");

test("npm links the command, and it answers from anywhere", () => {
  const command = join(root, "node_modules", ".bin", "ddpm-dip");
  assert.ok(existsSync(command));
  const { status, stdout } = spawnSync(command, ["--help"], { cwd: temporaryFolder(), encoding: "utf8" });
  assert.equal(status, 0);
  assert.match(stdout, /restore \[options\] <paths/);
});

test("before the set-up it says what to run, with exit code 2", () => {
  const bare = temporaryFolder();
  mkdirSync(join(bare, "lib"));
  cpSync(join(root, "lib", "bin"), join(bare, "lib", "bin"), { recursive: true });
  cpSync(join(root, "scripts", "setup"), join(bare, "scripts", "setup"), { recursive: true });
  const file = join(bare, "lib", "bin", "ddpm-dip.mjs");
  const { status, stderr } = spawnSync(process.execPath, [file, "restore"], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /is not set up \(.*main.js is missing\): run "npm run setup" first/);
});

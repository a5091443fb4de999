import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../setup/process.mjs";
import { shareProcesses } from "./shareProcesses.mjs";

test("every file is run once: those of a shared folder by one file that loads them, the others as they are", () => {
  const [one, two, alone, other] = ["nn/a", "nn/b", "data/a", "runtime/a"].map((name) =>
    join(root, "lib", "test", `${name}.test.ts`),
  ) as [string, string, string, string];
  const { files, dispose } = shareProcesses([other, two, alone, one]);
  const [all = "", ...rest] = files;
  assert.deepEqual(rest, [other, alone]);
  assert.deepEqual(
    readFileSync(all, "utf8").match(/require\(.*\)/g),
    [two, one].map((file) => `require("${file}")`),
  );
  dispose();
  assert.ok(!existsSync(all));
});

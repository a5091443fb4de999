import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCommand, temporaryFolder } from "../test/helpers.mjs";
import { findLongCells, findRefused, openConverter } from "./checkNotebooks.mjs";
import { hashOf, isCurrent, markCurrent, markStale } from "./stamp.mjs";

const folder = temporaryFolder();

test("a step is current only with its own key and while its products are there", () => {
  const [stamp, product] = [join(folder, "stamp"), join(folder, "product")];
  const key = hashOf({ texts: ["a"] });
  writeFileSync(product, "");
  assert.equal(isCurrent(stamp, key, [product]), false);
  markCurrent(stamp, key);
  assert.equal(isCurrent(stamp, key, [product]), true);
  assert.equal(isCurrent(stamp, hashOf({ texts: ["b"] }), [product]), false);
  rmSync(product);
  assert.equal(isCurrent(stamp, key, [product]), false);
  markStale(stamp);
  writeFileSync(product, "");
  assert.equal(isCurrent(stamp, key, [product]), false);
});

test("a key depends on the contents of its files", () => {
  const file = join(folder, "lock");
  writeFileSync(file, "1");
  const before = hashOf({ files: [file] });
  writeFileSync(file, "2");
  assert.notEqual(hashOf({ files: [file] }), before);
});

test("a missing Python is named with the ways to get it", () => {
  const { status, stderr } = runCommand("setup", [], { env: { PYTHON: join(folder, "no-python") } });
  assert.equal(status, 1);
  assert.match(stderr, /error: Python 3\.10 or newer with the venv module is needed\. PYTHON names .*no-python/);
  assert.match(stderr, /apt install python3 python3-venv/);
  assert.doesNotMatch(stderr, /at .*\.mjs:\d+/);
});

test("a notebook's cells of code are counted that have too many lines or too wide ones", () => {
  const cell = (source: string | string[], cell_type = "code") => ({ cell_type, source });
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i}${i < count - 1 ? "\n" : ""}`);
  const cells = [
    cell(lines(15)),
    cell(lines(16)),
    cell("x".repeat(120)),
    cell("x".repeat(121)),
    cell(lines(99), "markdown"),
  ];
  assert.deepEqual(findLongCells(cells), [1, 3]);
});

test("a cell that the kernel would refuse is named: by a type error, or by a type that the next cell could not name", (t) => {
  const converter = openConverter();
  t.after(() => converter.close());
  const refuse = (...sources: string[]) =>
    findRefused(
      converter,
      sources.map((source) => ({ cell_type: "code", source })),
    );
  const [text, number] = ['const a = "one";', "const b: number = a.length;"];
  assert.equal(refuse(text, number), undefined);
  assert.match(refuse(text, "\nconst b: number = a;") ?? "", /^cell 1, line 2: .*not assignable to type 'number'/);
  const unnamed = 'const { test } = await import("node:test");';
  assert.match(refuse(text, unnamed) ?? "", /^cell 1, line 1: .*"node:test" but cannot be named/);
});

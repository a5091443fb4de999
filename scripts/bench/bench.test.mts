import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contender } from "./contenders.mjs";
import { measureRow } from "./measure.mjs";
import { countOperations } from "./peak.mjs";
import { type Row, rows } from "./rows.mjs";
import { formatTable } from "./table.mjs";

const row: Row = { id: "r", title: "R", work: { kind: "dip", filters: [2], size: 4 } };

test("the operations of a network's convolutions are counted, forward and twice that backward", () => {
  // 2 k^2 in out pixels: skip 4096, down 4608 + 288, up 3456 + 128, output 192.
  assert.equal(countOperations(row.work), 3 * (4096 + 4608 + 288 + 3456 + 128 + 192));
  // Of one image: input 1728 base side^2 / side^2 and so on grow with the square of the base, but for the first and last.
  const sampler = (base: number, batch: number) => countOperations({ kind: "sampler", base, batch, size: 32 });
  assert.equal(sampler(32, 8), 8 * sampler(32, 1));
  const ends = 2 * (2 * 9 * 3 * 32 * 32 ** 2);
  assert.equal(sampler(64, 1) - 2 * ends, 4 * (sampler(32, 1) - ends));
});

test("contenders take turns, first steps are not counted, and one that cannot run is named and left out", async () => {
  const turns: string[] = [];
  const fake = (name: string, ms: number): Contender => ({
    open: async () => {},
    async run(count) {
      turns.push(name);
      return Array.from({ length: count }, (_, i) => (i === 0 ? 1000 : ms));
    },
    peakMiB: async () => 0,
    close: () => {},
  });
  const broken: Contender = { ...fake("broken", 1), open: () => Promise.reject(new Error("no such layer")) };
  const notes: string[] = [];
  const timings = await measureRow(
    row,
    { a: fake("a", 2), b: fake("b", 4), broken },
    { rounds: 2, seconds: 0.05, note: (text) => notes.push(text) },
  );
  assert.deepEqual(turns, ["a", "b", "a", "b", "a", "b"]);
  assert.equal(timings.a?.median, 2);
  assert.equal(timings.b?.median, 4);
  assert.equal(timings.broken, null);
  assert.ok(notes.includes("broken cannot run r: no such layer"));
});

test("the table has each row's least time bold and shows a figure that was not measured as a dash", () => {
  const [id, other] = rows.map((row) => row.id) as [string, string];
  const ways = { engine: "", torchEager: "", torchCompile: "" };
  const text = formatTable({
    machine: { processor: "P", cores: 2, memoryGiB: 4 },
    versions: { tensorflow: "2", torch: "3", node: "20" },
    rows: [
      { id, tfjsEagerMs: 90, engineMs: 15, torchEagerMs: 30, torchCompileMs: null, ways, timings: {} },
      { id: other, tfjsEagerMs: 90, engineMs: 20, torchEagerMs: 10, torchCompileMs: 15, ways, timings: {} },
    ],
    geometricMeans: { tfjsEager: 6, torchEager: 2, torchCompile: 1 },
  });
  assert.match(text, /\| DIP iteration, \[32\]x4, 64x64 \| 90\.0 \| 30\.0 \| – \| \*\*15\.0\*\* \| 2\.00 \| – \|/);
  assert.match(text, /\| 90\.0 \| \*\*10\.0\*\* \| 15\.0 \| 20\.0 \| 0\.50 \| 0\.75 \|/);
});

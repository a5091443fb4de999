import assert from "node:assert/strict";
import { test } from "node:test";
import { type ddpm, runtime } from "ddpm-dip";
import type { Contender } from "./contenders.mjs";
import { openConvolutions, watchStep } from "./convolutions.mjs";
import { openKernel } from "./kernels.mjs";
import { measureRow } from "./measure.mjs";
import { countOperations } from "./peak.mjs";
import { kernelRows, type Row, rows } from "./rows.mjs";
import { formatBounds, formatKernels, formatTable } from "./table.mjs";

const { tf } = runtime;
const row: Row = { id: "r", title: "R", work: { kind: "dip", filters: [2], size: 4 } };

test("the operations of a network's convolutions are counted, forward and twice that backward", () => {
  // 2 k^2 in out pixels: skip 4096, down 4608 + 288, up 3456 + 128, output 192.
  assert.equal(countOperations(row.work), 3 * (4096 + 4608 + 288 + 3456 + 128 + 192));
  // Of one image: input 1728 base side^2 / side^2 and so on grow with the square of the base, but for the first and last.
  const sampler = (base: number, batch: number) =>
    countOperations({ kind: "sampler", network: { base }, batch, size: 32 }) as number;
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
  const broken = { ...fake("broken", 1), open: () => Promise.reject(new Error("no such layer")) };
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

const [id, other] = rows.map((one) => one.id) as [string, string];
const measured = {
  ...{ id, tfjsEagerMs: 90, engineMs: 15, torchEagerMs: 30, torchCompileMs: null, timings: {} },
  ...{ convolutionsMs: 12, enginePeakMiB: 600, torchEagerPeakMiB: 400 },
  ways: { engine: "", torchEager: "", torchCompile: "" },
};

test("the table has each row's least time bold and shows a figure that was not measured as a dash", () => {
  const text = formatTable({
    machine: { processor: "P", cores: 2, memoryGiB: 4 },
    versions: { tensorflow: "2", torch: "3", node: "20" },
    rows: [measured, { ...measured, id: other, engineMs: 20, torchEagerMs: 10, torchCompileMs: 15 }],
    geometricMeans: { tfjsEager: 6, torchEager: 2, torchCompile: 1 },
  });
  assert.match(text, /\| DIP iteration, \[32\]x4, 64x64 \| 90\.0 \| 30\.0 \| – \| \*\*15\.0\*\* \| 2\.00 \| – \|/);
  assert.match(text, /\| 90\.0 \| \*\*10\.0\*\* \| 15\.0 \| 20\.0 \| 0\.50 \| 0\.75 \|/);
});

test("a step's convolutions are a share of it, and its memory a multiple of PyTorch's", () => {
  const unknown = { ...measured, id: other, convolutionsMs: null, torchEagerPeakMiB: null };
  const text = formatBounds({ rows: [measured, unknown] });
  assert.match(text, /\| DIP iteration, \[32\]x4, 64x64 \| 15\.0 \| 12\.0 \| 80 \| 600 \| 400 \| 1\.50 \|/);
  assert.match(text, /\| 15\.0 \| – \| – \| 600 \| – \| – \|/);
});

test("the convolutions of a step are found with their shapes and run alone", () => {
  const open = () => {
    const x = tf.variable(tf.ones([1, 6, 6, 2]), false) as unknown as ddpm.Images;
    const kernel = tf.variable(tf.ones([3, 3, 2, 4]));
    const gradient = tf.grad((w) => tf.sum(tf.square(tf.conv2d(x, w as ddpm.Images, 1, "same"))));
    return () => tf.tidy(() => void gradient(kernel).dataSync());
  };
  const seen = watchStep(open);
  assert.deepEqual(
    seen.map(({ op }) => op),
    ["Conv2D", "Conv2DBackpropFilter"],
  );
  assert.deepEqual(seen[0]?.inputs, [{ shape: [1, 6, 6, 2] }, { shape: [3, 3, 2, 4] }]);
  assert.deepEqual(seen[1]?.inputs[1], { numbers: [3, 3, 2, 4] });
  openConvolutions(open)();
  assert.throws(() => openConvolutions(() => () => tf.dispose(tf.ones([2]).add(1))), /no convolutions/);
});

test("each kernel is a step that runs, and its row shows how many times as long the others take", () => {
  for (const { work } of kernelRows) {
    const run = openKernel({ ...work, shape: [2, 4, 4, 8] });
    const tensors = tf.memory().numTensors;
    run();
    run();
    assert.equal(tf.memory().numTensors, tensors, work.kernel);
  }
  const text = formatKernels({
    machine: { processor: "P", cores: 2 },
    versions: { tensorflow: "2", torch: "3" },
    rows: [{ id: "film", compositeMs: 30, kernelMs: 10, torchEagerMs: 25, torchCompileMs: null, timings: {} }],
  });
  assert.match(text, /\| bias, FiLM and SiLU, 1x256x256x32 \| 30\.00 \| 10\.00 \| 25\.00 \| – \| 3\.0 \| 2\.5 \| – \|/);
});

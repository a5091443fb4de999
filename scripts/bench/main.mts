import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { figure, runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { geometricMean } from "simple-statistics";
import { convolutions, engine, pytorch, stockTfjs } from "./contenders.mjs";
import { drawBenchmark } from "./draw.mjs";
import { better, type MeasuredRow, measureRow, type Timings } from "./measure.mjs";
import { type KernelRow, measureKernels } from "./measureKernels.mjs";
import { holdParity } from "./parity.mjs";
import { measurePeak } from "./peak.mjs";
import { type Row, rows, scaling, type Work } from "./rows.mjs";
import { summarise } from "./statistics.mjs";
import { writeKernels, writeTables } from "./table.mjs";
import { openPeer } from "./workers.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    figure: { type: "boolean", default: false },
    parity: { type: "boolean", default: false },
    kernels: { type: "boolean", default: false },
    json: { type: "string" },
  },
});

/** What a step costs. */
interface Cost {
  ms: number;
  peakMiB: number;
}

type Name =
  | "tfjs"
  | "engine"
  | "engineAcross"
  | "convolutions"
  | "convolutionsAcross"
  | "torch"
  | "torchLast"
  | "compile"
  | "compileLast";

const note = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

function toRow(id: string, timings: Timings<Name>): MeasuredRow {
  const own = better(["within ops", timings.engine], ["across ops", timings.engineAcross]);
  const eager = better(["default", timings.torch], ["channels last", timings.torchLast]);
  const compiled = better(["default", timings.compile], ["channels last", timings.compileLast]);
  const alone = better(["within ops", timings.convolutions], ["across ops", timings.convolutionsAcross]);
  return {
    id,
    tfjsEagerMs: timings.tfjs?.median ?? null,
    engineMs: own.timing?.median ?? null,
    torchEagerMs: eager.timing?.median ?? null,
    torchCompileMs: compiled.timing?.median ?? null,
    convolutionsMs: alone.timing?.median ?? null,
    enginePeakMiB: own.timing?.peakMiB ?? null,
    torchEagerPeakMiB: eager.timing?.peakMiB ?? null,
    ways: { engine: own.way, torchEager: eager.way, torchCompile: compiled.way },
    timings,
  };
}

const format = (value: number | null, digits = 1) => (value === null ? "-" : value.toFixed(digits));
const ratioOf = (peer: number | null, own: number | null) => (peer !== null && own !== null ? peer / own : null);

function printRow({ title }: Row, row: MeasuredRow): void {
  const times = [row.tfjsEagerMs, row.torchEagerMs, row.torchCompileMs, row.engineMs, row.convolutionsMs];
  const memory = [row.enginePeakMiB, row.torchEagerPeakMiB].map((value) => format(value, 0));
  const cells = [...times.map((value) => format(value)), ...memory];
  const ratios = [row.tfjsEagerMs, row.torchEagerMs, row.torchCompileMs].map((peer) =>
    format(ratioOf(peer, row.engineMs), 2),
  );
  note("");
  console.log(
    `${title.padEnd(52)}${[...cells, ...ratios].map((cell) => cell.padStart(10)).join("")}  ${row.ways.engine}; PyTorch ${row.ways.torchEager}, compiled ${row.ways.torchCompile}`,
  );
}

/** Time and peak memory of the engine and of PyTorch as the image or the batch grows. */
async function measureScaling() {
  const series = [];
  for (const { id, over, works } of scaling) {
    for (const work of works) {
      note(`scaling of ${id}: ${JSON.stringify(work)}`);
      const found = [];
      for (const contender of [engine("within ops"), engine("across ops"), pytorch("default", false)]) {
        await contender.open(work);
        const { median } = summarise((await contender.run(11)).slice(2));
        found.push({ ms: median, peakMiB: await contender.peakMiB() });
        contender.close();
      }
      const [within, across, torchEager] = found as [Cost, Cost, Cost];
      series.push({
        id,
        over,
        value: extentOf(work, over),
        engine: within.ms <= across.ms ? within : across,
        torchEager,
      });
    }
  }
  return series;
}

function extentOf(work: Work, over: "pixels" | "batch"): number {
  if (over === "pixels") return work.size ** 2;
  return work.kind === "dip" ? 1 : work.batch;
}

const readTorchVersion = async () => {
  const peer = openPeer();
  const { version } = await peer.ask<{ version: string }>({ do: "describe" });
  peer.close();
  return version;
};

/** The machine and the versions of a run. */
const describe = (torch: string) => ({
  machine: experiment.describeMachine(),
  versions: { ...experiment.readVersions(), torch },
});
const benchmarkFile = join(runtime.projectFolder(), "data", "benchmark.json");

/** Times the kernels alone. */
async function benchKernels(torch: string): Promise<ReturnType<typeof describe> & { rows: KernelRow[] }> {
  const heads = ["ops", "kernel", "PyTorch", "compile"];
  console.log(`\n${"milliseconds, medians".padEnd(64)}${heads.map((head) => head.padStart(10)).join("")}`);
  return { ...describe(torch), rows: await measureKernels(note) };
}

if (options.parity) {
  await holdParity();
} else if (options.kernels) {
  const version = await readTorchVersion();
  console.log(`${experiment.describeRun()} PyTorch ${version}.`);
  const kernels = await benchKernels(version);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(kernels, null, 2)}\n`);
  if (options.figure) {
    writeKernels(kernels);
    const whole = JSON.parse(readFileSync(benchmarkFile, "utf8"));
    writeFileSync(benchmarkFile, `${JSON.stringify({ ...whole, kernels }, null, 2)}\n`);
  }
} else {
  const version = await readTorchVersion();
  const contenders = {
    tfjs: stockTfjs(),
    engine: engine("within ops"),
    engineAcross: engine("across ops"),
    convolutions: convolutions("within ops"),
    convolutionsAcross: convolutions("across ops"),
    torch: pytorch("default", false),
    torchLast: pytorch("channels-last", false),
    compile: pytorch("default", true),
    compileLast: pytorch("channels-last", true),
  };
  console.log(`${experiment.describeRun()} PyTorch ${version}.\n`);
  const heads = [
    "tfjs",
    "PyTorch",
    "compile",
    "engine",
    "conv. only",
    "MiB",
    "MiB torch",
    "x tfjs",
    "x PyTorch",
    "x compile",
  ];
  console.log(`${"milliseconds, medians".padEnd(52)}${heads.map((head) => head.padStart(10)).join("")}`);
  const measured: MeasuredRow[] = [];
  for (const row of rows.filter(({ quick }) => quick || !options.quick)) {
    const plan = options.quick ? { rounds: 4, seconds: 4 } : { rounds: 5, seconds: 6 };
    measured.push(toRow(row.id, await measureRow(row, contenders, { ...plan, note })));
    printRow(row, measured.at(-1) as MeasuredRow);
  }
  const means = (["tfjsEagerMs", "torchEagerMs", "torchCompileMs"] as const).map((name) =>
    geometricMean(measured.flatMap((row) => ratioOf(row[name], row.engineMs) ?? [])),
  ) as [number, number, number];
  console.log(
    `${"geometric mean of the ratios".padEnd(122)}${means.map((mean) => mean.toFixed(2).padStart(10)).join("")}`,
  );
  const peak = await measurePeak(measured);
  console.log(
    `\nmatrix product 2048x2048: ${peak.engineGflops.toFixed(0)} GFLOP/s here, ${peak.torchGflops.toFixed(0)} in PyTorch`,
  );
  for (const { id, gflops, share } of peak.rows) {
    console.log(
      `${id.padEnd(20)}${gflops.toFixed(0).padStart(6)} GFLOP/s of convolutions, ${(share * 100).toFixed(0)} % of that`,
    );
  }
  const series = options.quick ? [] : await measureScaling();
  note("");
  for (const { id, over, value, engine: own, torchEager } of series) {
    console.log(
      `${id.padEnd(8)}${String(value).padStart(7)} ${over.padEnd(8)}${own.ms.toFixed(1).padStart(9)} ms ${own.peakMiB.toFixed(0).padStart(6)} MiB` +
        `   PyTorch ${torchEager.ms.toFixed(1).padStart(9)} ms ${torchEager.peakMiB.toFixed(0).padStart(6)} MiB`,
    );
  }
  const kernels = options.quick ? undefined : await benchKernels(version);
  const result = {
    ...describe(version),
    rows: measured,
    geometricMeans: { tfjsEager: means[0], torchEager: means[1], torchCompile: means[2] },
    peak,
    scaling: series,
    kernels,
  };
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.figure) {
    await drawBenchmark(rows, measured);
    writeTables(result);
    if (kernels) writeKernels(kernels);
    await figure.closeRenderer();
    writeFileSync(benchmarkFile, `${JSON.stringify(result, null, 2)}\n`);
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { figure, runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { geometricMean } from "simple-statistics";
import { composites, convolutions, engine, openPeer, pytorch, stockTfjs } from "./contenders.mjs";
import { drawBenchmark } from "./draw.mjs";
import { faster, type KernelRow, type MeasuredRow, measureRow, summarise, type Timings } from "./measure.mjs";
import { holdParity } from "./parity.mjs";
import { measurePeak } from "./peak.mjs";
import { kernelRows, type NetworkWork, rows, scaling } from "./rows.mjs";
import { type KernelResult, ratioOf, writeKernels, writeTables } from "./table.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    figure: { type: "boolean", default: false },
    parity: { type: "boolean", default: false },
    kernels: { type: "boolean", default: false },
    json: { type: "string" },
  },
});

const benchmarkFile = join(runtime.projectFolder(), "data", "benchmark.json");
const writeJson = (file: string, value: object) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
const note = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};
/** A line of a table in the terminal: its title, and cells to the right. */
const formatLine = (title: string, width: number, cells: string[]) =>
  title.padEnd(width) + cells.map((one) => one.padStart(10)).join("");
const format = (value: number | null, digits: number) => (value === null ? "-" : value.toFixed(digits));

/** PyTorch's ways to run, by name. */
const torch = () => ({
  torch: pytorch(),
  torchLast: pytorch("channels-last"),
  compile: pytorch("default", true),
  compileLast: pytorch("channels-last", true),
});
/** Which way of the two was the faster: where the cores go, or PyTorch's memory layout. */
const fasterCores = (timings: Timings, name: string) =>
  faster(timings, { "within ops": name, "across ops": `${name}Across` });
const fasterLayout = (timings: Timings, name: string) =>
  faster(timings, { default: name, "channels last": `${name}Last` });

/** Times every row, and prints each as it is measured. */
async function measureRows(): Promise<MeasuredRow[]> {
  const contenders = {
    tfjs: stockTfjs(),
    engine: engine("within ops"),
    engineAcross: engine("across ops"),
    convolutions: convolutions("within ops"),
    convolutionsAcross: convolutions("across ops"),
    ...torch(),
  };
  const ratios = ["x tfjs", "x PyTorch", "x compile"];
  const heads = ["tfjs", "PyTorch", "compile", "engine", "conv. only", "MiB", "MiB torch", ...ratios];
  console.log(formatLine("milliseconds, medians", 52, heads));
  const measured: MeasuredRow[] = [];
  for (const row of rows.filter(({ quick }) => quick || !options.quick)) {
    const plan = options.quick ? { rounds: 4, seconds: 4 } : { rounds: 5, seconds: 4 };
    const timings = await measureRow(row, contenders, { ...plan, note });
    const [own, alone] = [fasterCores(timings, "engine"), fasterCores(timings, "convolutions")];
    const [eager, compiled] = [fasterLayout(timings, "torch"), fasterLayout(timings, "compile")];
    const stock = timings.tfjs?.median ?? null;
    measured.push({
      id: row.id,
      tfjsEagerMs: stock,
      engineMs: own.ms,
      torchEagerMs: eager.ms,
      torchCompileMs: compiled.ms,
      convolutionsMs: alone.ms,
      enginePeakMiB: own.peakMiB,
      torchEagerPeakMiB: eager.peakMiB,
      ways: { engine: own.way, torchEager: eager.way, torchCompile: compiled.way },
      timings,
    });
    note("");
    const cells = [
      ...[stock, eager.ms, compiled.ms, own.ms, alone.ms].map((ms) => format(ms, 1)),
      ...[own.peakMiB, eager.peakMiB].map((memory) => format(memory, 0)),
      ...[stock, eager.ms, compiled.ms].map((peer) => format(ratioOf(peer, own.ms), 2)),
    ];
    const ways = `${own.way}; PyTorch ${eager.way}, compiled ${compiled.way}`;
    console.log(`${formatLine(row.title, 52, cells)}  ${ways}`);
  }
  return measured;
}

/** Times every kernel, with its gradient where it has one, each as a step of its own. */
async function measureKernels(): Promise<KernelRow[]> {
  const contenders = {
    kernel: engine("within ops"),
    kernelAcross: engine("across ops"),
    composite: composites("within ops"),
    compositeAcross: composites("across ops"),
    ...torch(),
  };
  console.log(`\n${formatLine("milliseconds, medians", 64, ["ops", "kernel", "PyTorch", "compile"])}`);
  const measured: KernelRow[] = [];
  for (const row of kernelRows) {
    const timings = await measureRow(row, contenders, { rounds: 5, seconds: 2, note });
    const times = {
      compositeMs: fasterCores(timings, "composite").ms,
      kernelMs: fasterCores(timings, "kernel").ms,
      torchEagerMs: fasterLayout(timings, "torch").ms,
      torchCompileMs: fasterLayout(timings, "compile").ms,
    };
    measured.push({ id: row.id, ...times, timings });
    note("");
    const cells = Object.values(times).map((ms) => format(ms, 2));
    console.log(formatLine(row.title, 64, cells));
  }
  return measured;
}

/** Time and peak memory of the engine and of PyTorch as the image or the batch grows. */
async function measureScaling() {
  const series = [];
  for (const { id, over, works } of scaling) {
    for (const work of works) {
      note(`scaling of ${id}: ${JSON.stringify(work)}`);
      const costOf = async (contender: ReturnType<typeof pytorch>) => {
        await contender.open(work);
        const { median: ms } = summarise((await contender.run(11)).slice(2));
        const cost = { ms, peakMiB: await contender.peakMiB() };
        contender.close();
        return cost;
      };
      const [within, across] = [await costOf(engine("within ops")), await costOf(engine("across ops"))];
      const own = within.ms <= across.ms ? within : across;
      series.push({ id, over, value: extentOf(work, over), engine: own, torchEager: await costOf(pytorch()) });
    }
  }
  note("");
  for (const { id, over, value, engine: own, torchEager } of series) {
    const [here, there] = [own, torchEager].map(
      ({ ms, peakMiB }) => `${ms.toFixed(1).padStart(9)} ms ${peakMiB.toFixed(0).padStart(6)} MiB`,
    );
    console.log(`${id.padEnd(8)}${String(value).padStart(7)} ${over.padEnd(8)}${here}   PyTorch ${there}`);
  }
  return series;
}

function extentOf(work: NetworkWork, over: "pixels" | "batch"): number {
  if (over === "pixels") return work.size ** 2;
  return work.kind === "dip" ? 1 : work.batch;
}

async function readTorchVersion(): Promise<string> {
  const peer = openPeer();
  const { version } = await peer.ask<{ version: string }>({ do: "describe" });
  await peer.close();
  return version;
}

async function measureAll(): Promise<void> {
  const version = await readTorchVersion();
  console.log(`${experiment.describeRun()} PyTorch ${version}.`);
  /** The machine and the versions of a run. */
  const run = { machine: experiment.describeMachine(), versions: { ...experiment.readVersions(), torch: version } };
  const benchKernels = async (): Promise<KernelResult> => ({ ...run, rows: await measureKernels() });
  if (options.kernels) {
    const kernels = await benchKernels();
    if (options.json) writeJson(options.json, kernels);
    if (options.figure) {
      writeKernels(kernels);
      writeJson(benchmarkFile, { ...JSON.parse(readFileSync(benchmarkFile, "utf8")), kernels });
    }
    return;
  }
  console.log("");
  const measured = await measureRows();
  const [tfjsEager, torchEager, torchCompile] = (["tfjsEagerMs", "torchEagerMs", "torchCompileMs"] as const).map(
    (name) => geometricMean(measured.flatMap((row) => ratioOf(row[name], row.engineMs) ?? [])),
  ) as [number, number, number];
  const means = [tfjsEager, torchEager, torchCompile].map((mean) => mean.toFixed(2));
  console.log(formatLine("geometric mean of the ratios", 122, means));
  const peak = await measurePeak(measured);
  const [here, there] = [peak.engineGflops, peak.torchGflops].map((speed) => speed.toFixed(0));
  console.log(`\nmatrix product 2048x2048: ${here} GFLOP/s here, ${there} in PyTorch`);
  for (const { id, gflops, share } of peak.rows) {
    const speed = `${gflops.toFixed(0).padStart(6)} GFLOP/s of convolutions`;
    console.log(`${id.padEnd(20)}${speed}, ${(share * 100).toFixed(0)} % of that`);
  }
  const result = {
    ...run,
    rows: measured,
    geometricMeans: { tfjsEager, torchEager, torchCompile },
    peak,
    scaling: options.quick ? [] : await measureScaling(),
    kernels: options.quick ? undefined : await benchKernels(),
  };
  if (options.json) writeJson(options.json, result);
  if (!options.figure) return;
  await drawBenchmark(measured);
  writeTables(result);
  if (result.kernels) writeKernels(result.kernels);
  await figure.closeRenderer();
  writeJson(benchmarkFile, result);
}

await (options.parity ? holdParity() : measureAll());

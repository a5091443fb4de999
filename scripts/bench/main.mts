import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { experiment, figure, runtime } from "ddpm-dip";
import { geometricMean } from "simple-statistics";
import { engine, pytorch, stockTfjs } from "./contenders.mjs";
import { drawBenchmark } from "./draw.mjs";
import { type MeasuredRow, measureRow, type Timings } from "./measure.mjs";
import { holdParity } from "./parity.mjs";
import { measurePeak } from "./peak.mjs";
import { openPeer } from "./peer.mjs";
import { type Row, rows, scaling, type Work } from "./rows.mjs";
import type { Timing } from "./statistics.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    figure: { type: "boolean", default: false },
    parity: { type: "boolean", default: false },
    json: { type: "string" },
  },
});

type Name = "tfjs" | "engine" | "torch" | "torchLast" | "compile" | "compileLast";

const threads = availableParallelism();
const note = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

function better(a: Timing | null, b: Timing | null): { timing: Timing | null; layout: string } {
  const first = b === null || (a !== null && a.median <= b.median);
  return { timing: first ? a : b, layout: first ? "default" : "channels last" };
}

function toRow(id: string, timings: Timings<Name>): MeasuredRow {
  const eager = better(timings.torch, timings.torchLast);
  const compiled = better(timings.compile, timings.compileLast);
  const spread = {
    tfjsEager: timings.tfjs,
    engine: timings.engine,
    torchEager: eager.timing,
    torchCompile: compiled.timing,
  };
  return {
    id,
    tfjsEagerMs: timings.tfjs?.median ?? null,
    engineMs: timings.engine?.median ?? null,
    torchEagerMs: eager.timing?.median ?? null,
    torchCompileMs: compiled.timing?.median ?? null,
    spread,
    torchLayouts: { eager: eager.layout, compile: compiled.layout },
  };
}

const format = (value: number | null, digits = 1) => (value === null ? "-" : value.toFixed(digits));
const ratioOf = (peer: number | null, own: number | null) => (peer !== null && own !== null ? peer / own : null);

function printRow({ title }: Row, row: MeasuredRow): void {
  const cells = [row.tfjsEagerMs, row.torchEagerMs, row.torchCompileMs, row.engineMs].map((value) => format(value));
  const ratios = [row.tfjsEagerMs, row.torchEagerMs, row.torchCompileMs].map((peer) =>
    format(ratioOf(peer, row.engineMs), 2),
  );
  const { engine: own, torchEager } = row.spread;
  const quartiles = `quartiles ${format(own?.low ?? null)}-${format(own?.high ?? null)}, PyTorch ${format(torchEager?.low ?? null)}-${format(torchEager?.high ?? null)}`;
  note("");
  console.log(`${title.padEnd(52)}${[...cells, ...ratios].map((cell) => cell.padStart(10)).join("")}  ${quartiles}`);
}

async function measureScaling() {
  const run = promisify(execFile);
  const series = [];
  for (const { id, over, works } of scaling) {
    for (const work of works) {
      note(`scaling of ${id}: ${JSON.stringify(work)}`);
      const words = ["--import", "tsx", join(import.meta.dirname, "memory.mts"), JSON.stringify(work)];
      const own = JSON.parse((await run(process.execPath, words)).stdout) as { ms: number; peakMiB: number };
      const peer = openPeer(threads);
      await peer.ask({ do: "open", row: work, layout: "default", compiled: false });
      const times = (await peer.ask<{ times: number[] }>({ do: "run", count: 9 })).times.sort((a, b) => a - b);
      const { peakMiB } = await peer.ask<{ peakMiB: number }>({ do: "describe" });
      peer.close();
      series.push({
        id,
        over,
        value: extentOf(work, over),
        engine: own,
        torchEager: { ms: times[4] as number, peakMiB },
      });
    }
  }
  return series;
}

function extentOf(work: Work, over: "pixels" | "batch"): number {
  if (over === "pixels") return work.size ** 2;
  return work.kind === "dip" ? 1 : work.batch;
}

if (options.parity) {
  await holdParity(threads);
} else {
  const peer = openPeer(threads);
  const { version } = await peer.ask<{ version: string }>({ do: "describe" });
  peer.close();
  const contenders = {
    tfjs: stockTfjs,
    engine,
    torch: pytorch("default", false, threads),
    torchLast: pytorch("channels-last", false, threads),
    compile: pytorch("default", true, threads),
    compileLast: pytorch("channels-last", true, threads),
  };
  console.log(`${experiment.describeRun()} PyTorch ${version}.\n`);
  const heads = ["tfjs", "PyTorch", "compile", "engine", "x tfjs", "x PyTorch", "x compile"];
  console.log(`${"milliseconds, medians".padEnd(52)}${heads.map((head) => head.padStart(10)).join("")}`);
  const measured: MeasuredRow[] = [];
  for (const row of rows.filter(({ quick }) => quick || !options.quick)) {
    const plan = options.quick ? { rounds: 4, seconds: 4 } : { rounds: 6, seconds: 10 };
    measured.push(toRow(row.id, await measureRow(row, contenders, { ...plan, note })));
    printRow(row, measured.at(-1) as MeasuredRow);
  }
  const means = (["tfjsEagerMs", "torchEagerMs", "torchCompileMs"] as const).map((name) =>
    geometricMean(measured.flatMap((row) => ratioOf(row[name], row.engineMs) ?? [])),
  );
  console.log(
    `${"geometric mean of the ratios".padEnd(92)}${means.map((mean) => mean.toFixed(2).padStart(10)).join("")}`,
  );
  const peak = await measurePeak(measured, threads);
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
  const result = {
    machine: experiment.describeMachine(),
    versions: { ...experiment.readVersions(), torch: version },
    rows: measured,
    geometricMeans: { tfjsEager: means[0], torchEager: means[1], torchCompile: means[2] },
    peak,
    scaling: series,
  };
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.figure) {
    await drawBenchmark(rows, measured);
    await figure.closeRenderer();
    writeFileSync(join(runtime.projectFolder(), "data", "benchmark.json"), `${JSON.stringify(result, null, 2)}\n`);
  }
}

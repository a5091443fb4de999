import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import { fillMarks } from "../readme/marks.mjs";
import type { MeasuredRow } from "./measure.mjs";
import type { KernelResult } from "./measureKernels.mjs";
import { kernelRows, rows } from "./rows.mjs";

/** What the tables in the README and in environment.md show of a run. */
export interface BenchmarkResult {
  machine: { processor: string; cores: number; memoryGiB: number };
  versions: Record<string, string>;
  rows: MeasuredRow[];
  geometricMeans: { tfjsEager: number; torchEager: number; torchCompile: number };
}

const cell = (value: number | null, digits: number) => (value === null ? "–" : value.toFixed(digits));

/** The table of a run as Markdown: milliseconds, and ratios to the engine. */
export function formatTable({ machine, versions, rows: measured, geometricMeans: means }: BenchmarkResult): string {
  const timeCells = (times: (number | null)[]) => {
    const least = Math.min(...times.filter((time) => time !== null));
    return times.map((time) => (time === least ? `**${cell(time, 1)}**` : cell(time, 1)));
  };
  const lines = measured.map((row) => {
    const title = rows.find(({ id }) => id === row.id)?.title ?? row.id;
    const { torchEagerMs: eager, torchCompileMs: compiled, tfjsEagerMs: stock, engineMs: own } = row;
    const ratios = [eager, compiled].map((value) => cell(value !== null && own !== null ? value / own : null, 2));
    return `| ${[title, ...timeCells([stock, eager, compiled, own]), ...ratios].join(" | ")} |`;
  });
  return [
    "| milliseconds a step | stock tfjs | PyTorch | `torch.compile` | this engine | PyTorch / engine | compile / engine |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
    `| *geometric mean* | | | | | *${means.torchEager.toFixed(2)}* | *${means.torchCompile.toFixed(2)}* |`,
    "",
    `Medians of interleaved repetitions in one run on ${machine.cores} cores of ${machine.processor}, ${machine.memoryGiB} GiB, no GPU; ` +
      `TensorFlow ${versions.tensorflow}, PyTorch ${versions.torch}, Node ${versions.node}. PyTorch with the better of its ` +
      "two memory layouts, the engine with the better of its two uses of the cores. The least time of a row is bold.",
  ].join("\n");
}

/** What stands between the engine's steps and their convolutions, and their memory beside PyTorch's, as Markdown. */
export function formatBounds({ rows: measured }: Pick<BenchmarkResult, "rows">): string {
  const lines = measured.map((row) => {
    const { id, engineMs, convolutionsMs, enginePeakMiB: own, torchEagerPeakMiB: torch } = row;
    const share = engineMs !== null && convolutionsMs !== null ? (100 * convolutionsMs) / engineMs : null;
    const memory = [cell(own, 0), cell(torch, 0), cell(own !== null && torch !== null ? own / torch : null, 2)];
    const title = rows.find((one) => one.id === id)?.title ?? id;
    return `| ${[title, cell(engineMs, 1), cell(convolutionsMs, 1), cell(share, 0), ...memory].join(" | ")} |`;
  });
  return [
    "| | step, ms | its convolutions alone, ms | share, % | peak memory, MiB | PyTorch's, MiB | ratio |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
    "",
    "Convolutions, their gradients and matrix products of the same shapes, recorded as a step of their own. Memory is the highest " +
      "resident memory of the process, recording or the first step included, of the faster setting of each.",
  ].join("\n");
}

/** The kernels beside what they replace and PyTorch's, as Markdown. */
export function formatKernels({ machine, versions, rows: measured }: KernelResult): string {
  const lines = measured.map(({ id, compositeMs, kernelMs, torchEagerMs, torchCompileMs }) => {
    const peers = [compositeMs, torchEagerMs, torchCompileMs];
    const ratios = peers.map((peer) => cell(peer !== null && kernelMs !== null ? peer / kernelMs : null, 1));
    const title = kernelRows.find((one) => one.id === id)?.title ?? id;
    return `| ${[title, ...[compositeMs, kernelMs, torchEagerMs, torchCompileMs].map((ms) => cell(ms, 2)), ...ratios].join(" | ")} |`;
  });
  return [
    "| forward and gradient, ms | TensorFlow's ops | kernel | PyTorch | `torch.compile` | ops / kernel | PyTorch / kernel | compile / kernel |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
    "",
    `Medians of interleaved repetitions, each the better of its two settings, on ${machine.cores} cores of ${machine.processor}; ` +
      `TensorFlow ${versions.tensorflow}, PyTorch ${versions.torch}. Each is a recorded step of its own here; its call is counted.`,
  ].join("\n");
}

/** Puts the tables of a run between their marks in README.md and environment.md. @throws Error when the marks are not there. */
export function writeTables(result: BenchmarkResult): void {
  for (const name of ["README.md", "environment.md"]) fill(name, "benchmark", formatTable(result));
  fill("environment.md", "benchmark-bounds", formatBounds(result));
}

/** Puts the kernels' table between its marks in environment.md. @throws Error when the marks are not there. */
export function writeKernels(result: KernelResult): void {
  fill("environment.md", "benchmark-kernels", formatKernels(result));
}

function fill(name: string, mark: string, text: string): void {
  const file = join(runtime.projectFolder(), name);
  writeFileSync(file, fillMarks(readFileSync(file, "utf8"), mark, text));
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import { fillMarks, markdownTable } from "../readme/markdown.mjs";
import type { KernelRow, MeasuredRow } from "./measure.mjs";
import { kernelRows, rows } from "./rows.mjs";

/** What the tables in the README and in environment.md show of a run. */
export interface BenchmarkResult {
  machine: { processor: string; cores: number; memoryGiB: number };
  versions: Record<string, string>;
  rows: MeasuredRow[];
  geometricMeans: { tfjsEager: number; torchEager: number; torchCompile: number };
}

/** A run over all kernels. */
export interface KernelResult {
  machine: { processor: string; cores: number };
  versions: Record<string, string>;
  rows: KernelRow[];
}

type Value = number | null;
const cell = (value: Value, digits: number) => (value === null ? "–" : value.toFixed(digits));
const titleOf = (id: string) => [...rows, ...kernelRows].find((row) => row.id === id)?.title ?? id;

/** How many times as long one took as another, where both were measured. */
export const ratioOf = (one: Value, other: Value): Value => (one !== null && other !== null ? one / other : null);

/** The table of a run as Markdown: milliseconds, and ratios to the engine. */
export function formatTable({ machine, versions, rows: measured, geometricMeans: means }: BenchmarkResult): string {
  const timeCells = (times: Value[]) => {
    const least = Math.min(...times.filter((time) => time !== null));
    return times.map((time) => (time === least ? `**${cell(time, 1)}**` : cell(time, 1)));
  };
  const heads = ["milliseconds a step", "stock tfjs", "PyTorch", "`torch.compile`", "this engine"];
  const table = markdownTable(
    [...heads, "PyTorch / engine", "compile / engine"],
    [
      ...measured.map(({ id, torchEagerMs: eager, torchCompileMs: compiled, tfjsEagerMs: stock, engineMs: own }) => {
        const ratios = [eager, compiled].map((value) => cell(ratioOf(value, own), 2));
        return [titleOf(id), ...timeCells([stock, eager, compiled, own]), ...ratios];
      }),
      [
        "*geometric mean*",
        ...["", "", "", ""],
        `*${means.torchEager.toFixed(2)}*`,
        `*${means.torchCompile.toFixed(2)}*`,
      ],
    ],
  );
  return (
    `${table}\n\n` +
    `Medians of interleaved repetitions in one run on ${machine.cores} cores of ${machine.processor}, ${machine.memoryGiB} GiB, no GPU; ` +
    `TensorFlow ${versions.tensorflow}, PyTorch ${versions.torch}, Node ${versions.node}. PyTorch with the better of its ` +
    "two memory layouts, the engine with the better of its two uses of the cores. The least time of a row is bold."
  );
}

/** What stands between the engine's steps and their convolutions, and their memory beside PyTorch's, as Markdown. */
export function formatBounds({ rows: measured }: Pick<BenchmarkResult, "rows">): string {
  const heads = ["", "step, ms", "its convolutions alone, ms", "share, %"];
  const table = markdownTable(
    [...heads, "peak memory, MiB", "PyTorch's, MiB", "ratio"],
    measured.map(({ id, engineMs, convolutionsMs, enginePeakMiB: own, torchEagerPeakMiB: torch }) => {
      const share = ratioOf(convolutionsMs, engineMs);
      const times = [cell(engineMs, 1), cell(convolutionsMs, 1), cell(share && 100 * share, 0)];
      return [titleOf(id), ...times, cell(own, 0), cell(torch, 0), cell(ratioOf(own, torch), 2)];
    }),
  );
  return (
    `${table}\n\n` +
    "Convolutions, their gradients and matrix products of the same shapes, recorded as a step of their own. Memory is the highest " +
    "resident memory of the process, recording or the first step included, of the faster setting of each."
  );
}

/** The kernels beside what they replace and PyTorch's, as Markdown. */
export function formatKernels({ machine, versions, rows: measured }: KernelResult): string {
  const heads = ["forward and gradient, ms", "TensorFlow's ops", "kernel", "PyTorch", "`torch.compile`"];
  const table = markdownTable(
    [...heads, "ops / kernel", "PyTorch / kernel", "compile / kernel"],
    measured.map(({ id, compositeMs, kernelMs, torchEagerMs, torchCompileMs }) => {
      const ratios = [compositeMs, torchEagerMs, torchCompileMs].map((peer) => cell(ratioOf(peer, kernelMs), 1));
      return [
        titleOf(id),
        ...[compositeMs, kernelMs, torchEagerMs, torchCompileMs].map((ms) => cell(ms, 2)),
        ...ratios,
      ];
    }),
  );
  return (
    `${table}\n\n` +
    `Medians of interleaved repetitions, each the better of its two settings, on ${machine.cores} cores of ${machine.processor}; ` +
    `TensorFlow ${versions.tensorflow}, PyTorch ${versions.torch}. Each is a recorded step of its own here; its call is counted.`
  );
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

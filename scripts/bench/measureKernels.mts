import { composites, engine, pytorch } from "./contenders.mjs";
import { better, type Measured, measureRow } from "./measure.mjs";
import { kernelRows } from "./rows.mjs";

/** A kernel's milliseconds beside those of what it replaces and of PyTorch; null where one could not run. */
export interface KernelRow {
  id: string;
  compositeMs: number | null;
  kernelMs: number | null;
  torchEagerMs: number | null;
  torchCompileMs: number | null;
  /** Medians and quartiles of every contender. */
  timings: Record<string, Measured | null>;
}

/** A run over all kernels. */
export interface KernelResult {
  machine: { processor: string; cores: number };
  versions: Record<string, string>;
  rows: KernelRow[];
}

/** Times every kernel, with its gradient where it has one, each as a step of its own. */
export async function measureKernels(note: (text: string) => void): Promise<KernelRow[]> {
  const contenders = {
    kernel: engine("within ops"),
    kernelAcross: engine("across ops"),
    composite: composites("within ops"),
    compositeAcross: composites("across ops"),
    torch: pytorch("default", false),
    torchLast: pytorch("channels-last", false),
    compile: pytorch("default", true),
    compileLast: pytorch("channels-last", true),
  };
  const measured: KernelRow[] = [];
  for (const row of kernelRows) {
    const timings = await measureRow(row, contenders, { rounds: 5, seconds: 2, note });
    const ms = (one: keyof typeof contenders, other: keyof typeof contenders) =>
      better([one, timings[one]], [other, timings[other]]).timing?.median ?? null;
    const times = {
      compositeMs: ms("composite", "compositeAcross"),
      kernelMs: ms("kernel", "kernelAcross"),
      torchEagerMs: ms("torch", "torchLast"),
      torchCompileMs: ms("compile", "compileLast"),
    };
    measured.push({ id: row.id, ...times, timings });
    note("");
    const cells = Object.values(times).map((value) => (value === null ? "-" : value.toFixed(2)).padStart(10));
    console.log(`${row.title.padEnd(64)}${cells.join("")}`);
  }
  return measured;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Notebook, readNotebook } from "./notebook.mjs";

/** The user pressed Ctrl-C. */
export class InterruptedRun extends Error {}

/**
 * Runs a notebook from its first cell to its last by nbconvert.
 * @param file the notebook; it is left as it is.
 * @param folder where the executed copy goes.
 * @throws Error with the end of nbconvert's log, which names the cell, when a cell fails; InterruptedRun after Ctrl-C.
 */
export async function executeNotebook(jupyter: string, file: string, folder: string): Promise<Notebook> {
  mkdirSync(folder, { recursive: true });
  const config = ["--ExecutePreprocessor.timeout=-1", "--ExecutePreprocessor.record_timing=False"];
  const args = ["nbconvert", "--to", "notebook", "--execute", ...config, "--output-dir", folder, file];
  const child = spawn(jupyter, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  let interrupted = false;
  const signals = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const stop = () => {
      interrupted = true;
      // The terminal sends its own to nbconvert too: that ends the kernel, and we wait for it.
      if (signal !== "SIGINT") child.kill("SIGINT");
    };
    process.on(signal, stop);
    return { signal, stop };
  });
  const [code] = await once(child, "close");
  for (const { signal, stop } of signals) process.off(signal, stop);
  if (interrupted)
    throw new InterruptedRun("interrupted: the trials that had finished are stored; run the same again to go on");
  if (code !== 0) {
    throw new Error(`the notebook ${basename(file)} failed:\n${log.trimEnd().split("\n").slice(-40).join("\n")}`);
  }
  return readNotebook(join(folder, basename(file)));
}

/**
 * Writes an executed notebook without what changes from run to run: only what cells showed, kernel versions apart.
 * Code cells are numbered in the order in which they ran, from 1: tslab does not report its own count.
 */
export function saveNotebook(notebook: Notebook, file: string): void {
  let count = 0;
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    metadata: cell.metadata.tags ? { tags: cell.metadata.tags } : {},
    ...(cell.cell_type === "code" && { execution_count: ++count }),
  }));
  writeFileSync(file, `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`);
}

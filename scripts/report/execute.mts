import { spawn } from "node:child_process";
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
  const log: Buffer[] = [];
  let interrupted = false;
  const code = await new Promise<number | null>((done, fail) => {
    const child = spawn(jupyter, args, { stdio: ["ignore", "pipe", "pipe"] });
    // The terminal sends the signal to nbconvert too: it ends the kernel, and we wait for it.
    const interrupt = () => {
      interrupted = true;
    };
    const end = () => {
      interrupted = true;
      child.kill("SIGINT");
    };
    process.on("SIGINT", interrupt);
    process.on("SIGTERM", end);
    process.on("SIGHUP", end);
    child.stdout.on("data", (data: Buffer) => log.push(data));
    child.stderr.on("data", (data: Buffer) => log.push(data));
    child.on("error", fail);
    child.on("close", (status) => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", end);
      process.off("SIGHUP", end);
      done(status);
    });
  });
  if (interrupted)
    throw new InterruptedRun("interrupted: the trials that had finished are stored; run the same again to go on");
  if (code !== 0) {
    const text = Buffer.concat(log).toString("utf8");
    throw new Error(`the notebook ${basename(file)} failed:\n${text.trimEnd().split("\n").slice(-40).join("\n")}`);
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
    metadata: keepTags(cell.metadata),
    ...(cell.cell_type === "code" && { execution_count: ++count }),
  }));
  writeFileSync(file, `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`);
}

function keepTags({ tags }: Record<string, unknown>): Record<string, unknown> {
  return tags ? { tags } : {};
}

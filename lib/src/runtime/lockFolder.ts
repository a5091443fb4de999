import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** When a process began, as far as the system tells: another one may have its number later. */
function beginningOf(pid: number): string {
  // Fields are counted behind the program's name, which may hold anything.
  const [, fields = ""] = /^.*\) (.*)$/s.exec(read(`/proc/${pid}/stat`) ?? "") ?? [];
  return fields.split(" ")[19] ?? "";
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the process that a claim names may still work. Of another machine's, and of what says nothing, one cannot tell. */
function isAlive(claim: string): boolean {
  const [, pid, host, began] = /^(\d+) on (.*), begun at (.*)$/.exec(claim) ?? [];
  if (pid === undefined || host !== hostname()) return true;
  return isRunning(Number(pid)) && beginningOf(Number(pid)) === began;
}

/**
 * Takes a folder for this process alone. Each process that wants it writes a claim under a name of its own and gives
 * way when it sees another's that is alive, so that no two ever have it; of two that come at once both may give way.
 * The claim of a process that is gone is removed by whoever comes next.
 * @param told for the error: "out/ is being written to". @param name of one of several things in the folder.
 * @returns what gives it back. @throws Error naming the process that has it; the file system's error.
 */
export function lockFolder(folder: string, told: string, name = ""): () => void {
  mkdirSync(folder, { recursive: true });
  const claimName = new RegExp(`^${name ? `${name}\\.` : ""}\\w+\\.lock$`);
  const ownName = `${name ? `${name}.` : ""}${randomBytes(6).toString("hex")}.lock`;
  const own = join(folder, ownName);
  const release = () => rmSync(own, { force: true });
  // Whole or not at all: what has no name of a process could never be told to be gone.
  writeFileSync(`${own}.part`, `${process.pid} on ${hostname()}, begun at ${beginningOf(process.pid)}`);
  renameSync(`${own}.part`, own);
  for (const other of readdirSync(folder).filter((one) => claimName.test(one) && one !== ownName)) {
    const file = join(folder, other);
    const claim = read(file);
    if (claim === undefined) continue;
    if (!isAlive(claim)) {
      rmSync(file, { force: true });
      continue;
    }
    release();
    const who = claim.replace(/, begun at .*/, "") || "that has not said which it is";
    throw new Error(`${told} by process ${who}: wait for it; if it is gone, remove ${file}`);
  }
  return release;
}

/** A file's text, or undefined where it is not there (any more). */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

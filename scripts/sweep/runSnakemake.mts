import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import { installVenv } from "../setup/installVenv.mjs";
import { findPython } from "../setup/prerequisites.mjs";

/** Installs Snakemake and its Slurm plugin into .runtime/sweep. @returns the program that hands out the work. */
export async function installSnakemake(): Promise<string> {
  const python = findPython({ oldestMinor: 11, purpose: " by Snakemake, which npm run sweep works through" });
  // The one package that has no wheel; a few lines of plain Python.
  const words = ["--require-hashes", "--no-binary=connection-pool"];
  return join(await installVenv({ name: "sweep", what: "Snakemake", python, words }), "snakemake");
}

/** How the work is handed out. */
export interface Distribution {
  /** Trials computed at a time. */
  cores: number;
  retries: number;
  /** Of a Snakemake plugin, such as slurm; the cores of this machine where left out. */
  executor?: string;
  /** Words for Snakemake itself. */
  words: readonly string[];
}

/** What a cluster's jobs ask for where the user does not say. */
export interface Resources {
  mem_mb: number;
  /** Minutes. */
  runtime: number;
}

/** The user's words with our default resources beside theirs, which come first. */
export function addResources(words: readonly string[], resources: Resources): string[] {
  const flags = ["--default-resources", "--default-res"];
  const place = words.findIndex((word) => flags.includes(word.split("=")[0] as string));
  const named = (name: string) => words.some((word) => word.startsWith(`${name}=`));
  const own = Object.entries(resources)
    .filter(([name]) => !named(name))
    .map(([name, value]) => `${name}=${value}`);
  if (place < 0) return ["--default-resources", ...own, ...words];
  return [...words.slice(0, place + 1), ...own, ...words.slice(place + 1)];
}

/** The words that Snakemake is called with. @param folder what `writeJobs` has filled. */
export function snakemakeWords(
  { cores, retries, executor, words }: Distribution,
  { snakefile, folder, resources }: { snakefile: string; folder: string; resources: Resources },
): string[] {
  return [
    ...["--snakefile", snakefile, "--directory", folder],
    // The first solver would want a program of its own; the order of independent jobs is no problem for one.
    ...["--scheduler", "greedy", "--nocolor", "--keep-going", "--retries", String(retries)],
    // The store writes files whole: what a failed job has stored is good.
    ...["--keep-incomplete", "--rerun-triggers", "mtime", "--show-failed-logs"],
    ...(executor === undefined
      ? ["--cores", String(cores), ...words]
      : ["--executor", executor, "--jobs", String(cores), ...addResources(words, resources)]),
  ];
}

/**
 * Runs Snakemake to its end with its output in a file. An interrupt is handed on once to it and to its workers, which stop
 * between two iterations.
 * @param folder of this sweep, for Snakemake's cache as well. @param onTick called once a second.
 * @returns its exit code, and whether it was interrupted.
 */
export async function runSnakemake(
  program: string,
  words: readonly string[],
  { folder, log, onTick }: { folder: string; log: string; onTick: () => void },
): Promise<{ code: number; interrupted: boolean }> {
  const output = openSync(log, "a");
  // A group of its own: the terminal's Ctrl-C reaches it through us alone, and once.
  const child = spawn(program, words, {
    stdio: ["ignore", output, output],
    detached: true,
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
  let interrupted = false;
  const handOn = (signal: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, signal);
  const close = runtime.listenForStop({
    first() {
      interrupted = true;
      console.error("\nstopping; again to stop at once");
      handOn("SIGINT");
    },
    again() {
      console.error("\nstopped at once");
      handOn("SIGKILL");
    },
  });
  const ticking = setInterval(onTick, 1000);
  try {
    const code = await new Promise<number>((done, fail) => {
      child.on("error", fail);
      child.on("close", (status) => done(status ?? 1));
    });
    return { code, interrupted };
  } finally {
    clearInterval(ticking);
    close();
    closeSync(output);
  }
}

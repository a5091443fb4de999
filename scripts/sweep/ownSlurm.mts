import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, hostname, tmpdir, totalmem, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A Slurm of this machine alone, for the time of a test. */
export interface OwnSlurm {
  /** What its programs are called with. */
  env: Record<string, string>;
  partition: string;
  stop(): Promise<void>;
}

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "srun", "sinfo"];

/** The programs that are needed and are not here. */
export function missingPrograms(): string[] {
  return programs.filter((name) => placeOf(name) === undefined);
}

function placeOf(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

/** Controller and node on this machine, jobs as processes of this user, no accounting and no control groups. */
async function writeConfiguration(folder: string, socket: string): Promise<string> {
  const { username } = userInfo();
  const name = hostname().split(".")[0];
  const file = join(folder, "slurm.conf");
  const lines = [
    "ClusterName=own",
    `SlurmctldHost=${name}(127.0.0.1)`,
    `SlurmUser=${username}`,
    `SlurmdUser=${username}`,
    `SlurmctldPort=${await freePort()}`,
    `SlurmdPort=${await freePort()}`,
    "AuthType=auth/munge",
    `AuthInfo=socket=${socket}`,
    `StateSaveLocation=${join(folder, "state")}`,
    `SlurmdSpoolDir=${join(folder, "spool")}`,
    `SlurmctldPidFile=${join(folder, "slurmctld.pid")}`,
    `SlurmdPidFile=${join(folder, "slurmd.pid")}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "MpiDefault=none",
    "AccountingStorageType=accounting_storage/none",
    "JobAcctGatherType=jobacct_gather/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "ReturnToService=2",
    "MailProg=/bin/true",
    `NodeName=${name} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} RealMemory=${Math.floor(totalmem() / 2 ** 20)} State=UNKNOWN`,
    "PartitionName=main Nodes=ALL Default=YES State=UP",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/**
 * Starts munged, slurmctld and slurmd with all their files in a temporary folder, and waits until the node takes jobs.
 * @throws Error with the ends of their logs when that takes more than 30 seconds; nothing is left running.
 */
export async function startSlurm(): Promise<OwnSlurm> {
  const folder = mkdtempSync(join(tmpdir(), "own-slurm-"));
  // munged wants others to be able to reach its socket.
  chmodSync(folder, 0o755);
  for (const name of ["bin", "state", "spool"]) mkdirSync(join(folder, name));
  const key = join(folder, "munge.key");
  writeFileSync(key, randomBytes(128), { mode: 0o600 });
  const socket = join(folder, "munge.socket");
  const configuration = await writeConfiguration(folder, socket);
  // Snakemake takes Slurm's variables away from its jobs, so their srun would look for the system's configuration.
  const srun = join(folder, "bin", "srun");
  writeFileSync(srun, `#!/bin/sh\nSLURM_CONF=${configuration} exec ${placeOf("srun")} "$@"\n`, { mode: 0o755 });
  const env = { PATH: [join(folder, "bin"), ...folders].join(delimiter), SLURM_CONF: configuration };
  const running: ChildProcess[] = [];
  const start = (name: string, words: string[]) => {
    const log = openSync(join(folder, `${name}.log`), "a");
    running.push(spawn(name, words, { env: { ...process.env, ...env }, stdio: ["ignore", log, log] }));
  };
  const stop = async () => {
    for (const child of running.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await Promise.race([ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const munge = ["key", "log", "pid", "seed"].map((what) => `--${what}-file=${join(folder, `munge.${what}`)}`);
  start("munged", ["--foreground", "--force", `--socket=${socket}`, ...munge]);
  for (let i = 0; i < 50 && !existsSync(socket); i++) await sleep(100);
  start("slurmctld", ["-D"]);
  start("slurmd", ["-D"]);
  for (let i = 0; i < 60; i++) {
    const states = spawnSync("sinfo", ["--noheader", "--format=%T"], {
      env: { ...process.env, ...env },
      encoding: "utf8",
    });
    if (states.stdout?.trim() === "idle") return { env, partition: "main", stop };
    await sleep(500);
  }
  const ends = ["munged", "slurmctld", "slurmd"].map((name) => {
    const log = join(folder, `${name}.log`);
    return `${name}: ${existsSync(log) ? readFileSync(log, "utf8").slice(-800) : "not started"}`;
  });
  await stop();
  throw new Error(`Slurm does not start:\n${ends.join("\n")}`);
}

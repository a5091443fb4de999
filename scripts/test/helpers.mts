import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { root } from "../setup/process.mjs";

/** A temporary folder that goes away after the tests of the file. */
export function temporaryFolder(place = tmpdir()): string {
  const folder = mkdtempSync(join(place, "ddpm-dip-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs Node to its end. */
export function runNode(words: readonly string[], { cwd = root, env = {} as NodeJS.ProcessEnv } = {}) {
  return spawnSync(process.execPath, words, { cwd, encoding: "utf8", env: { ...process.env, ...env } });
}

/** Runs a command of package.json, its set-up included. */
export const runCommand = (name: string, words: readonly string[], options?: Parameters<typeof runNode>[1]) =>
  runNode([join(root, "scripts", `${name}.mjs`), ...words], options);

/** Runs a command's own program, as the command does after the set-up. */
export const runMain = (room: string, words: object, env: NodeJS.ProcessEnv) =>
  runNode(["--import", "tsx", join(root, "scripts", room, "main.mts"), JSON.stringify(words)], { env });

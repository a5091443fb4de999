import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, sep } from "node:path";
import { root } from "../setup/process.mjs";

/** Folders whose files run in one process, one after the other: they load TensorFlow once and change nothing global. */
const shared = ["data", "ddpm", "dip", "fusion", "metrics", "nn"].map((name) => join("lib", "test", name));

/**
 * Puts a file that loads them all in the place of the test files of a shared folder. Those come first: they take longest.
 * @param {string[]} files absolute paths
 * @returns {{ files: string[], dispose(): void }} what to run, and what removes the files that were made for it.
 */
export function shareProcesses(files) {
  const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-tests-"));
  const groups = shared.flatMap((name) => {
    const own = files.filter((file) => relative(root, file).startsWith(name + sep));
    if (own.length < 2) return [];
    const all = join(folder, `${basename(name)}.test.cjs`);
    writeFileSync(all, own.map((file) => `require(${JSON.stringify(file)});\n`).join(""));
    return [{ all, own }];
  });
  const grouped = new Set(groups.flatMap(({ own }) => own));
  return {
    files: [...groups.map(({ all }) => all), ...files.filter((file) => !grouped.has(file))],
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

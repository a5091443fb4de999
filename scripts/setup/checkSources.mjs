import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkNotebooks } from "./checkNotebooks.mjs";
import { root, runVisible } from "./process.mjs";

const modules = join(root, "node_modules");

/** @type {[string, string, string[]][]} */
const checks = [
  ["format and lint", join(modules, "@biomejs", "biome", "bin", "biome"), ["check", "--error-on-warnings", "."]],
  [
    "one-way arrows",
    join(modules, "dependency-cruiser", "bin", "dependency-cruise.mjs"),
    ["--config", ".dependency-cruiser.cjs", "lib/src", "notebooks/experiments/src"],
  ],
  ["types", join(modules, "typescript", "bin", "tsc"), ["-p", "tsconfig.json"]],
];

/**
 * The built declarations as the notebooks' kernel reads them, by the TypeScript 5.0.4 inside tslab: what a newer
 * compiler infers can turn into a silent `any` or an error there. Errors in other packages' declarations are theirs.
 * @returns {number} 0 when ours are clean
 */
function checkDeclarations() {
  console.log("[check] declarations under the kernel's TypeScript");
  const compiler = join(modules, "@tslab", "typescript-for-tslab", "lib", "tsc.js");
  const flags = ["--noEmit", "--strict", "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node"];
  const declarations = ["lib/dist/index.d.ts", "notebooks/experiments/dist/index.d.ts"];
  const run = spawnSync(process.execPath, [compiler, ...flags, "--types", "node", ...declarations], {
    cwd: root,
    encoding: "utf8",
  });
  const ours = run.stdout.split("\n").filter((line) => /^(lib|notebooks\/experiments)\/dist\//.test(line));
  if (ours.length > 0) console.error(ours.join("\n"));
  return ours.length > 0 ? 1 : 0;
}

/** Lint, arrows, types, declarations and cells, in the terminal's sight. @returns {Promise<number>} 0 when all are clean */
export async function checkSources() {
  let worst = 0;
  for (const [title, program, args] of checks) {
    console.log(`[check] ${title}`);
    worst = Math.max(worst, await runVisible(process.execPath, [program, ...args]));
  }
  return Math.max(worst, checkDeclarations(), checkNotebooks());
}

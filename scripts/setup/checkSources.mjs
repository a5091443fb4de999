import { join } from "node:path";
import { root, runVisible } from "./process.mjs";

const modules = join(root, "node_modules");

/** @type {[string, string, string[]][]} */
const checks = [
  ["format and lint", join(modules, "@biomejs", "biome", "bin", "biome"), ["check", "--error-on-warnings", "."]],
  [
    "one-way arrows",
    join(modules, "dependency-cruiser", "bin", "dependency-cruise.mjs"),
    ["--config", ".dependency-cruiser.cjs", "lib/src"],
  ],
  ["types", join(modules, "typescript", "bin", "tsc"), ["-p", "tsconfig.json"]],
];

/** Lint, arrows and types, in the terminal's sight. @returns {Promise<number>} 0 when all are clean */
export async function checkSources() {
  let worst = 0;
  for (const [title, program, args] of checks) {
    console.log(`[check] ${title}`);
    worst = Math.max(worst, await runVisible(process.execPath, [program, ...args]));
  }
  return worst;
}

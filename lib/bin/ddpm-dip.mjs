#!/usr/bin/env node
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { binding, computingEnvironment } from "../../scripts/setup/places.mjs";
import { runVisible } from "../../scripts/setup/process.mjs";

/*
 * The command line, as npm links it into node_modules/.bin before lib is compiled: says what lacks, sets what TensorFlow
 * reads from the environment, and hands over to lib/dist/cli.
 */
const main = join(resolve(dirname(fileURLToPath(import.meta.url)), ".."), "dist", "cli", "main.js");
const missing = [main, binding].find((file) => !existsSync(file));
const environment = computingEnvironment();
const libraries = environment.LD_LIBRARY_PATH;

if (missing) {
  console.error(`error: ddpm-dip is not set up (${missing} is missing): run "npm run setup" first`);
  process.exitCode = 2;
} else if (libraries && !process.env.LD_LIBRARY_PATH?.startsWith(libraries.split(":")[0] ?? "")) {
  // The dynamic linker reads its path only when a process starts.
  const words = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exitCode = await runVisible(process.execPath, words, { env: environment, cwd: process.cwd() });
} else {
  Object.assign(process.env, environment);
  const { main: run } = await import(pathToFileURL(main).href);
  process.exitCode = await run(process.argv.slice(2));
}

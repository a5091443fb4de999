import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { findChrome } from "./prerequisites.mjs";
import { root, runtimeFolder } from "./process.mjs";
import { filesIn } from "./stamp.mjs";

export const modules = join(root, "node_modules");
export const venv = join(runtimeFolder, "venv");
export const tensorflow = join(runtimeFolder, "tensorflow");
export const browser = join(runtimeFolder, "browser");
export const tfjs = join(modules, "@tensorflow", "tfjs-node-gpu");
export const binding = join(tfjs, "lib", "napi-v8", "tfjs_binding.node");
export const kernel = join(venv, "share", "jupyter", "kernels", "tslab");

/** Sources of the native kernels and their headers. */
export const kernelSources = () => filesIn(join(root, "lib", "src", "native"));

/** The notebooks of the report, in their order. */
export const notebookNames = () =>
  readdirSync(join(root, "notebooks"))
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name))
    .sort();

/** All files of tests. */
export const testFiles = () =>
  ["lib/test", "notebooks/experiments/test", "scripts"]
    .flatMap((folder) => filesIn(join(root, folder)))
    .filter((file) => /\.test\.m?ts$/.test(file));

/** @param {string} name */
export const requirements = (name) => join(root, "scripts", "requirements", `${name}.txt`);

/** The virtual environment's programs. */
export const venvBin = join(venv, "bin");

/**
 * What every program of the project runs with: what computing needs, and the Chrome to draw with where it is not the
 * packaged one.
 * @returns {Record<string, string>}
 */
export function runtimeEnvironment() {
  const chrome = findChrome();
  return { ...computingEnvironment(), ...(chrome ? { CHROME_PATH: chrome } : {}) };
}

/**
 * What TensorFlow reads: where the dynamic linker finds CUDA beside it (nothing on a machine without an NVIDIA GPU), and
 * how it uses the cores.
 * @returns {Record<string, string>}
 */
export function computingEnvironment() {
  return { TF_CPP_MIN_LOG_LEVEL: "2", ...threads(), ...cudaPath() };
}

/**
 * On few cores each takes ops of its own, in place of all sharing one: the networks of the experiments are small, and
 * waiting for each other inside of an op cost them half of the time (npm run bench).
 * @returns {Record<string, string>}
 */
function threads() {
  const chosen = process.env.TF_NUM_INTRAOP_THREADS ?? (availableParallelism() <= 4 ? "1" : undefined);
  return chosen ? { TF_NUM_INTRAOP_THREADS: chosen } : {};
}

function cudaPath() {
  const nvidia = join(tensorflow, "nvidia");
  if (!existsSync(nvidia)) return {};
  const folders = readdirSync(nvidia)
    .map((name) => join(nvidia, name, "lib"))
    .filter((folder) => existsSync(folder));
  return { LD_LIBRARY_PATH: [...folders, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter) };
}

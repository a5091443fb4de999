import { mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pip, runPython } from "./make.mjs";
import {
  binding,
  kernelSources,
  modules,
  requirements,
  runtimeEnvironment,
  tensorflow,
  tfjs,
  venvBin,
} from "./places.mjs";
import { findCompiler } from "./prerequisites.mjs";
import { runLogged, runtimeFolder, SetupError } from "./process.mjs";

const library = join(tensorflow, "tensorflow");
const headers = ["-isystem", join(library, "include"), `-I${join(modules, "node-api-headers", "include")}`];

const bindingFlags = ["-O2", "-std=c++17", "-fPIC", "-DNAPI_VERSION=8", "-DBUILDING_NODE_EXTENSION"];

/** For this very processor. No flag lets the compiler reorder sums, which would lose NaN and make results depend on it. */
const kernelFlags = [
  ...["-x", "c", "-std=gnu11", "-O3", process.arch === "arm64" ? "-mcpu=native" : "-march=native"],
  ...["-fno-math-errno", "-fno-trapping-math", "-fPIC", "-Wall"],
];

/**
 * Compiles the package's own sources and the project's kernels against the library inside TensorFlow's wheel, and loads the
 * result once. Where the kernels cannot be compiled or loaded, it is made without them: steps then run by TensorFlow's own ops.
 */
export async function compileBinding() {
  const command = await compilerCommand();
  const sources = ["tfjs_binding.cc", "tfjs_backend.cc"].map((file) => join(tfjs, "binding", file));
  const objects = await compile(command, "binding", bindingFlags, sources);
  try {
    const kernels = kernelSources().filter((file) => file.endsWith(".c"));
    const withKernels = [...objects, ...(await compile(command, "kernels", kernelFlags, kernels))];
    await link(command, "kernels", withKernels, "DdpmDipKernels");
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stdout.write("without the native kernels, see .runtime/log/kernels.log ... ");
    await link(command, "binding", objects, "NoOp");
  }
}

/** The command of a C++ compiler: the system's, else the one inside the ziglang wheel. @returns {Promise<string[]>} */
async function compilerCommand() {
  const compiler = findCompiler();
  if (compiler) return [compiler];
  const zig = join(runtimeFolder, "compiler");
  const into = ["--target", zig, "--upgrade", "-r", requirements("compiler")];
  await runPython("compiler", [...pip, "install", "--no-deps", "--require-hashes", ...into]);
  return [join(venvBin, "python"), join(zig, "ziglang", "__main__.py"), "c++"];
}

/** @param {string[]} command @param {string} log @param {string[]} words */
function runCompiler([program = "", ...first], log, words) {
  const env = { ZIG_GLOBAL_CACHE_DIR: join(runtimeFolder, "zig-cache") };
  return runLogged(log, program, [...first, ...words], { env });
}

/**
 * @param {string[]} command
 * @param {string} name of the log and of the folder of the objects
 * @param {string[]} flags
 * @param {string[]} sources
 * @returns {Promise<string[]>} the objects
 */
async function compile(command, name, flags, sources) {
  const folder = join(runtimeFolder, "objects", name);
  mkdirSync(folder, { recursive: true });
  const objects = [];
  for (const source of sources) {
    const object = join(folder, `${basename(source)}.o`);
    await runCompiler(command, name, [...flags, ...headers, "-c", source, "-o", object]);
    objects.push(object);
  }
  return objects;
}

/**
 * Links the binding and loads it once.
 * @param {string[]} command
 * @param {string} log
 * @param {string[]} objects
 * @param {string} op that it must be able to run
 */
async function link(command, log, objects, op) {
  const macos = process.platform === "darwin";
  const libraries = ["cc", "framework"].map((part) =>
    join(library, `libtensorflow_${part}.${macos ? "2.dylib" : "so.2"}`),
  );
  const lookUp = macos ? ["-undefined", "dynamic_lookup"] : [];
  mkdirSync(dirname(binding), { recursive: true });
  const part = `${binding}.part`;
  await runCompiler(command, log, [
    "-shared",
    ...objects,
    "-o",
    part,
    ...libraries,
    ...lookUp,
    `-Wl,-rpath,${library}`,
  ]);
  renameSync(part, binding);
  const probe = `
    const tf = require("@tensorflow/tfjs-node-gpu");
    if (tf.ones([2]).sum().dataSync()[0] !== 2) process.exit(1);
    tf.backend().binding.executeOp("${op}", [], [], ${op === "NoOp" ? 0 : 1});`;
  await runLogged(log, process.execPath, ["-e", probe], { env: runtimeEnvironment() });
}

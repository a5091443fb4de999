import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findChrome, findCompiler } from "./prerequisites.mjs";
import { root, runLogged, runtimeFolder } from "./process.mjs";
import { filesIn, hashOf } from "./stamp.mjs";

/** @typedef {import("./prerequisites.mjs").Machine} Machine */
/** @typedef {{ name: string, title: string, key: () => string, products: string[], stamp?: string, make: () => Promise<void> }} Step */

const modules = join(root, "node_modules");
const venv = join(runtimeFolder, "venv");
const tensorflow = join(runtimeFolder, "tensorflow");
const browser = join(runtimeFolder, "browser");
const tfjs = join(modules, "@tensorflow", "tfjs-node-gpu");
const binding = join(tfjs, "lib", "napi-v8", "tfjs_binding.node");
const kernel = join(venv, "share", "jupyter", "kernels", "tslab");
const system = `${process.platform} ${process.arch}`;

/** The virtual environment's programs. */
export const venvBin = join(venv, "bin");

/**
 * What every program of the project runs with: where the dynamic linker finds CUDA beside TensorFlow (nothing on a
 * machine without an NVIDIA GPU), and the Chrome to draw with where it is not the packaged one.
 * @returns {Record<string, string>}
 */
export function runtimeEnvironment() {
  const chrome = findChrome();
  return { TF_CPP_MIN_LOG_LEVEL: "2", ...cudaPath(), ...(chrome ? { CHROME_PATH: chrome } : {}) };
}

function cudaPath() {
  const nvidia = join(tensorflow, "nvidia");
  if (!existsSync(nvidia)) return {};
  const folders = readdirSync(nvidia)
    .map((name) => join(nvidia, name, "lib"))
    .filter((folder) => existsSync(folder));
  return { LD_LIBRARY_PATH: [...folders, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter) };
}

/** @param {string} name */
const requirements = (name) => join(root, "scripts", "requirements", `${name}.txt`);
const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input"];

/** @param {string} name @param {string[]} args */
const python = (name, args) => runLogged(name, join(venvBin, "python"), args);

async function installPackages() {
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const install = () => {
    rmSync(modules, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
    return runLogged("npm", program, [...first, "ci", "--ignore-scripts"]);
  };
  try {
    await install();
  } catch {
    // A set-up that was killed may have left an npm behind that still writes.
    await new Promise((done) => setTimeout(done, 10_000));
    await install();
  }
}

/** @param {string} list @param {string} target filled in one go: a half-filled folder never has this name */
async function installWheels(list, target) {
  const part = `${target}.part`;
  rmSync(part, { recursive: true, force: true });
  // The libraries inside need no Python; a fixed tag makes them independent of the version that runs pip.
  const wheel = [
    "--target",
    part,
    "--only-binary=:all:",
    "--implementation",
    "cp",
    "--python-version",
    "3.11",
    "--abi",
    "cp311",
    "--abi",
    "none",
  ];
  await python(list, [...pip, "install", "--no-deps", "--require-hashes", ...wheel, "-r", requirements(list)]);
  rmSync(target, { recursive: true, force: true });
  renameSync(part, target);
}

async function compileBinding() {
  const library = join(tensorflow, "tensorflow");
  const macos = process.platform === "darwin";
  const flags = ["-O2", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8", "-DBUILDING_NODE_EXTENSION"];
  const includes = [join(library, "include"), join(modules, "node-api-headers", "include")].map(
    (folder) => `-I${folder}`,
  );
  const sources = ["tfjs_binding.cc", "tfjs_backend.cc"].map((file) => join(tfjs, "binding", file));
  const libraries = macos
    ? [
        join(library, "libtensorflow_cc.2.dylib"),
        join(library, "libtensorflow_framework.2.dylib"),
        "-undefined",
        "dynamic_lookup",
      ]
    : [join(library, "libtensorflow_cc.so.2"), join(library, "libtensorflow_framework.so.2")];
  const compiler = findCompiler();
  let command = [compiler ?? ""];
  if (!compiler) {
    const zig = join(runtimeFolder, "compiler");
    await python("compiler", [
      ...pip,
      "install",
      "--no-deps",
      "--require-hashes",
      "--target",
      zig,
      "--upgrade",
      "-r",
      requirements("compiler"),
    ]);
    command = [join(venvBin, "python"), join(zig, "ziglang", "__main__.py"), "c++"];
  }
  mkdirSync(join(tfjs, "lib", "napi-v8"), { recursive: true });
  const [program = "", ...first] = command;
  const part = `${binding}.part`;
  await runLogged(
    "binding",
    program,
    [...first, ...flags, ...includes, ...sources, "-o", part, ...libraries, `-Wl,-rpath,${library}`],
    { env: { ZIG_GLOBAL_CACHE_DIR: join(runtimeFolder, "zig-cache") } },
  );
  renameSync(part, binding);
  const probe =
    'const tf = require("@tensorflow/tfjs-node-gpu"); if (tf.ones([2]).sum().dataSync()[0] !== 2) process.exit(1)';
  await runLogged("binding-check", process.execPath, ["-e", probe], {
    env: runtimeEnvironment(),
  });
}

async function unpackBrowser() {
  const part = `${browser}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  // The package unpacks to the system's temporary folder, and its libraries only where it believes to be on Lambda.
  const env = { TMPDIR: part, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };
  const unpack = 'require("@sparticuz/chromium").executablePath().then((file) => console.log(file))';
  await runLogged("browser", process.execPath, ["-e", unpack], { env });
  rmSync(browser, { recursive: true, force: true });
  renameSync(part, browser);
}

async function installKernel() {
  rmSync(kernel, { recursive: true, force: true });
  mkdirSync(kernel, { recursive: true });
  const spec = {
    argv: [process.execPath, join(modules, "tslab", "bin", "tslab"), "kernel", "--config-path={connection_file}"],
    display_name: "TypeScript (tslab)",
    language: "typescript",
    env: runtimeEnvironment(),
  };
  writeFileSync(join(kernel, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
}

/**
 * The steps of the set-up in their order. A step is skipped when its key, a hash of all that it depends on, is the one
 * of its last success and its products are there.
 * @param {Machine} machine
 * @returns {Step[]}
 */
export function listSteps(machine) {
  const usesOwnBrowser = findChrome() === undefined;
  const tensorflowKey = () => hashOf({ texts: [system], files: [requirements(machine.tensorflow)] });
  const lock = join(root, "package-lock.json");
  return [
    {
      name: "npm",
      title: "npm packages (scripts off)",
      key: () => hashOf({ texts: [system, process.versions.modules ?? ""], files: [lock] }),
      products: [join(modules, "tslab"), join(modules, "ddpm-dip")],
      stamp: join(modules, ".ddpm-dip-stamp"),
      make: installPackages,
    },
    {
      name: "venv",
      title: "JupyterLab and nbconvert in .runtime/venv",
      key: () => hashOf({ texts: [system, machine.python, root], files: [requirements("jupyter")] }),
      products: [join(venvBin, "jupyter")],
      make: async () => {
        await runLogged("venv", machine.python, ["-m", "venv", "--clear", venv]);
        await python("jupyter", [
          ...pip,
          "install",
          "--require-hashes",
          "--only-binary=:all:",
          "-r",
          requirements("jupyter"),
        ]);
      },
    },
    {
      name: "tensorflow",
      title: `TensorFlow 2.21.0 ${machine.gpu ? `with CUDA, for the GPU ${machine.gpu}` : "for the CPU"}`,
      key: tensorflowKey,
      products: [join(tensorflow, "tensorflow", "include")],
      make: () => installWheels(machine.tensorflow, tensorflow),
    },
    {
      name: "binding",
      title: "native binding, compiled",
      key: () => hashOf({ texts: [tensorflowKey(), system, root], files: [lock, ...filesIn(join(tfjs, "binding"))] }),
      products: [binding],
      make: compileBinding,
    },
    ...(usesOwnBrowser
      ? [
          {
            name: "browser",
            title: "headless browser for figures and PDF",
            key: () => hashOf({ files: [join(modules, "@sparticuz", "chromium", "package.json")] }),
            products: [join(browser, "chromium")],
            make: unpackBrowser,
          },
        ]
      : []),
    {
      name: "lib",
      title: "lib, compiled",
      key: () =>
        hashOf({
          files: [
            lock,
            join(root, "tsconfig.json"),
            join(root, "lib", "tsconfig.json"),
            ...filesIn(join(root, "lib", "src")),
          ],
        }),
      products: [join(root, "lib", "dist", "index.js")],
      make: async () => {
        rmSync(join(root, "lib", "dist"), { recursive: true, force: true });
        await runLogged("lib", process.execPath, [
          join(modules, "typescript", "bin", "tsc"),
          "-p",
          "lib/tsconfig.json",
        ]);
      },
    },
    {
      name: "kernel",
      title: "tslab kernel",
      key: () => hashOf({ texts: [root, process.execPath, JSON.stringify(runtimeEnvironment())] }),
      products: [join(kernel, "kernel.json"), join(venvBin, "jupyter")],
      make: installKernel,
    },
  ];
}

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  binding,
  browser,
  kernel,
  modules,
  requirements,
  runtimeEnvironment,
  tensorflow,
  tfjs,
  venv,
  venvBin,
} from "./places.mjs";
import { findCompiler } from "./prerequisites.mjs";
import { runLogged, runtimeFolder } from "./process.mjs";

const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input"];

/** @param {string} name @param {string[]} args */
const runPython = (name, args) => runLogged(name, join(venvBin, "python"), args);

export async function installPackages() {
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

/** @param {string} python with which to make the virtual environment */
export async function makeVenv(python) {
  await runLogged("venv", python, ["-m", "venv", "--clear", venv]);
  await runPython("jupyter", [
    ...pip,
    "install",
    "--require-hashes",
    "--only-binary=:all:",
    "-r",
    requirements("jupyter"),
  ]);
}

/** @param {string} list the TensorFlow wheels for this machine */
export async function installTensorflow(list) {
  // Filled in one go: a half-filled folder never has the name.
  const part = `${tensorflow}.part`;
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
  await runPython(list, [...pip, "install", "--no-deps", "--require-hashes", ...wheel, "-r", requirements(list)]);
  rmSync(tensorflow, { recursive: true, force: true });
  renameSync(part, tensorflow);
}

/** Compiles the package's own sources against the library inside TensorFlow's wheel, and loads the result once. */
export async function compileBinding() {
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
    await runPython("compiler", [
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

export async function unpackBrowser() {
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

export async function installKernel() {
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

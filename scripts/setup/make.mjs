import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, kernel, modules, requirements, runtimeEnvironment, tensorflow, venv, venvBin } from "./places.mjs";
import { runLogged } from "./process.mjs";

/** How pip is run. */
export const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input"];

/** @param {string} name @param {string[]} args */
export const runPython = (name, args) => runLogged(name, join(venvBin, "python"), args);

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

import { existsSync, readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { compileBinding } from "./compileBinding.mjs";
import { installKernel, installPackages, installTensorflow, makeVenv, unpackBrowser } from "./make.mjs";
import {
  binding,
  browser,
  kernel,
  kernelSources,
  modules,
  requirements,
  runtimeEnvironment,
  tensorflow,
  tfjs,
  venvBin,
} from "./places.mjs";
import { findChrome } from "./prerequisites.mjs";
import { root, runLogged } from "./process.mjs";
import { filesIn, hashOf } from "./stamp.mjs";

/** @typedef {import("./prerequisites.mjs").Machine} Machine */
/** @typedef {{ name: string, title: string, key: () => string, products: string[], stamp?: string, make: () => Promise<void> }} Step */

const lock = join(root, "package-lock.json");
const system = `${process.platform} ${process.arch}`;

/**
 * The steps of the set-up in their order. A step is skipped when its key, a hash of all that it depends on, is the one
 * of its last success and its products are there.
 * @param {Machine} machine
 * @returns {Step[]}
 */
export function listSteps(machine) {
  const usesOwnBrowser = findChrome() === undefined;
  const tensorflowKey = () => hashOf({ texts: [system], files: [requirements(machine.tensorflow)] });
  return [
    {
      name: "npm",
      title: "npm packages (scripts off)",
      key: () => hashOf({ texts: [system, process.versions.modules ?? ""], files: [lock] }),
      products: [join(modules, "tslab"), join(modules, "ddpm-dip"), join(modules, "ddpm-dip-experiments")],
      stamp: join(modules, ".ddpm-dip-stamp"),
      make: installPackages,
    },
    {
      name: "venv",
      title: "JupyterLab and nbconvert in .runtime/venv",
      key: () => hashOf({ texts: [system, machine.python, root], files: [requirements("jupyter")] }),
      products: [join(venvBin, "jupyter")],
      make: () => makeVenv(machine.python),
    },
    {
      name: "tensorflow",
      title: `TensorFlow 2.21.0 ${machine.gpu ? `with CUDA, for the GPU ${machine.gpu}` : "for the CPU"}`,
      key: tensorflowKey,
      products: [join(tensorflow, "tensorflow", "include")],
      make: () => installTensorflow(machine.tensorflow),
    },
    {
      name: "binding",
      title: "native binding, compiled",
      key: () =>
        hashOf({
          texts: [tensorflowKey(), system, root, processor()],
          files: [lock, ...filesIn(join(tfjs, "binding")), ...kernelSources()],
        }),
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
    compileStep("lib", "lib", []),
    // Its types are those of lib as compiled.
    compileStep("experiments", join("notebooks", "experiments"), ["lib"]),
    {
      name: "kernel",
      title: "tslab kernel",
      key: () => hashOf({ texts: [root, process.execPath, JSON.stringify(runtimeEnvironment())] }),
      products: [join(kernel, "kernel.json"), join(venvBin, "jupyter")],
      make: installKernel,
    },
  ];
}

/** What the processor can do, for which the kernels are compiled. */
function processor() {
  const listed = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  return /^(flags|Features)\s*:.*$/m.exec(listed)?.[0] ?? cpus()[0]?.model ?? "";
}

/**
 * Compiles a workspace.
 * @param {string} name
 * @param {string} folder of the workspace, from the root
 * @param {string[]} uses folders of the workspaces whose declarations it reads
 * @returns {Step}
 */
function compileStep(name, folder, uses) {
  const config = join(folder, "tsconfig.json");
  return {
    name,
    title: `${name}, compiled`,
    key: () =>
      hashOf({
        files: [
          lock,
          join(root, "tsconfig.json"),
          ...[folder, ...uses].flatMap((one) => [
            join(root, one, "package.json"),
            join(root, one, "tsconfig.json"),
            ...filesIn(join(root, one, "src")),
          ]),
        ],
      }),
    products: [join(root, folder, "dist", "index.js")],
    make: async () => {
      rmSync(join(root, folder, "dist"), { recursive: true, force: true });
      await runLogged(name, process.execPath, [join(modules, "typescript", "bin", "tsc"), "-p", config]);
    },
  };
}

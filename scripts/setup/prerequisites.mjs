import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { SetupError } from "./process.mjs";

const oldestNode = [20, 12];

/** @typedef {{ python: string, tensorflow: "tensorflow-cpu" | "tensorflow" | "tensorflow-cuda", gpu: string | undefined }} Machine */

/** @param {string[]} command */
function answers(command) {
  const [file = "", ...args] = command;
  const run = spawnSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantMajor = 0, wantMinor = 0] = oldestNode;
  if (major < wantMajor || (major === wantMajor && minor < wantMinor)) {
    throw new SetupError(
      `Node.js ${oldestNode.join(".")} or newer is needed, this is ${process.versions.node}. Get it from https://nodejs.org or your package manager.`,
    );
  }
}

/**
 * The first Python that is new enough and can make virtual environments. PYTHON comes alone.
 * @param {{ oldestMinor?: number, purpose?: string }} [wants] of Python 3, and what for where it is not for the set-up
 * @throws {SetupError} when there is none, naming those that are there
 */
export function findPython({ oldestMinor = 10, purpose = "" } = {}) {
  const candidates = process.env.PYTHON
    ? [process.env.PYTHON]
    : ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
  /** @type {string[]} */
  const seen = [];
  for (const candidate of candidates) {
    const version = answers([candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    if (!version) continue;
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major !== 3 || minor < oldestMinor) {
      seen.push(`${candidate} is ${version}`);
      continue;
    }
    if (answers([candidate, "-c", "import venv, ensurepip"]) === undefined) {
      seen.push(`${candidate} (${version}) has no venv; on Debian and Ubuntu: apt install python3-venv`);
      continue;
    }
    return candidate;
  }
  const found =
    seen.length > 0 ? ` Found: ${seen.join("; ")}.` : process.env.PYTHON ? ` PYTHON names ${process.env.PYTHON}.` : "";
  throw new SetupError(
    `Python 3.${oldestMinor} or newer with the venv module is needed${purpose}.${found} Get it from https://www.python.org or your package manager (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python), or name one in the variable PYTHON.`,
  );
}

function findGpu() {
  if (process.platform !== "linux" || process.arch !== "x64" || process.env.DDPM_DIP_CPU === "1") return undefined;
  return answers(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"])?.split("\n")[0];
}

const systemChromes = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/**
 * The Chrome to draw figures with: the one CHROME_PATH names; on Linux x86-64 undefined, for an npm package carries one
 * there; elsewhere the system's.
 * @throws {SetupError} when there is none
 */
export function findChrome() {
  const named = process.env.CHROME_PATH;
  if (named && !existsSync(named)) throw new SetupError(`CHROME_PATH names ${named}, which is not there.`);
  if (named || (process.platform === "linux" && process.arch === "x64")) return named || undefined;
  const found = systemChromes.find((file) => existsSync(file));
  if (found) return found;
  throw new SetupError(
    "Chrome or Chromium is needed on this system to draw figures and print the report. Install one (Debian and Ubuntu: apt install chromium; macOS: brew install --cask google-chrome), or name one in the variable CHROME_PATH.",
  );
}

/**
 * Checks what must be there before the set-up: the system, Node.js and Python.
 * @returns {Machine}
 * @throws {SetupError} naming what is missing and how to get it
 */
export function checkPrerequisites() {
  const system = `${process.platform} ${process.arch}`;
  if (!["linux x64", "linux arm64", "darwin x64", "darwin arm64"].includes(system)) {
    const windows =
      process.platform === "win32" ? " On Windows use WSL: https://learn.microsoft.com/windows/wsl/install" : "";
    throw new SetupError(`This project runs on Linux (x86-64, arm64) and macOS, not on ${system}.${windows}`);
  }
  if (process.platform === "linux" && existsSync("/etc/alpine-release")) {
    throw new SetupError("TensorFlow's wheels need glibc; Alpine Linux has musl. Use a Debian or Ubuntu image.");
  }
  checkNode();
  findChrome();
  const python = findPython();
  const gpu = findGpu();
  const tensorflow = gpu ? "tensorflow-cuda" : system === "linux x64" ? "tensorflow-cpu" : "tensorflow";
  return { python, tensorflow, gpu };
}

/** The first C++ compiler that answers, or undefined. CXX comes first. */
export function findCompiler() {
  const candidates = [process.env.CXX, "c++", "g++", "clang++"].filter((name) => name !== undefined && name !== "");
  return candidates.find((name) => answers([/** @type {string} */ (name), "--version"]) !== undefined);
}

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "./setup/options.mjs";
import { requirements, venvBin } from "./setup/places.mjs";
import { runLogged, runtimeFolder } from "./setup/process.mjs";
import { runProgram, runScript, setUp } from "./setup/setUp.mjs";
import { hashOf, isCurrent, markCurrent, markStale } from "./setup/stamp.mjs";

const help = `Measures this engine beside stock tfjs and PyTorch on the same networks, in one interleaved run.
PyTorch is installed into .runtime/bench, apart from everything else.

Usage: npm run bench -- [options]

  --quick          three of the rows, fewer repetitions, no scaling (under 8 minutes)
  --json FILE      write the figures to FILE as well
  --figure         draw figures/engine-benchmark and renew the tables in README.md and environment.md
                   (whole runs only)
  --parity         no timing: hold 20 training steps against PyTorch's and renew the test's expected losses
  --help           this text`;

const options = /** @type {const} */ ({
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  figure: { type: "boolean", default: false },
  parity: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
});

/** PyTorch in an environment of its own: nothing else needs it. */
async function installPeer() {
  const venv = join(runtimeFolder, "bench");
  const python = join(venv, "bin", "python");
  const stamp = join(runtimeFolder, "stamps", "bench");
  const key = hashOf({ files: [requirements("bench")] });
  if (isCurrent(stamp, key, [python])) return python;
  markStale(stamp);
  console.log("[bench] installing PyTorch into .runtime/bench (a minute, or more where the wheel brings CUDA)");
  if (existsSync(venv)) rmSync(venv, { recursive: true, force: true });
  await runLogged("bench-venv", join(venvBin, "python"), ["-m", "venv", venv]);
  await runLogged("bench-pip", python, [
    ...["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--only-binary=:all:"],
    ...["-r", requirements("bench")],
  ]);
  markCurrent(stamp, key);
  return python;
}

await runProgram(async () => {
  const values = readOptions(options, help, ({ figure, quick }) => {
    if (figure && quick) throw new Error("--figure: needs a whole run, not a quick one");
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  await setUp();
  const words = Object.entries(values).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : typeof value === "string" ? [`--${name}`, value] : [],
  );
  return runScript("bench", words, { DDPM_DIP_PEER: await installPeer() });
});

import { join } from "node:path";
import { installVenv } from "./setup/installVenv.mjs";
import { venvBin } from "./setup/places.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Measures this engine beside stock tfjs and PyTorch on the same networks, in one interleaved run.
PyTorch is installed into .runtime/bench, apart from everything else.

Usage: npm run bench -- [options]

  --quick          three of the rows, fewer repetitions, no scaling (under 8 minutes)
  --json FILE      write the figures to FILE as well
  --kernels        the native kernels alone, beside TensorFlow's ops and PyTorch (6 minutes)
  --figure         draw figures/engine-benchmark and renew the tables in README.md and environment.md
                   (not of a quick run)
  --parity         no timing: hold 20 training steps against PyTorch's and renew the test's expected losses
  --help           this text`;

const options = /** @type {const} */ ({
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  figure: { type: "boolean", default: false },
  kernels: { type: "boolean", default: false },
  parity: { type: "boolean", default: false },
});

await runCommand({ help, options }, (values) => {
  if (values.figure && values.quick) throw new Error("--figure: needs a whole run or --kernels, not a quick one");
  const words = Object.entries(values).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : typeof value === "string" ? [`--${name}`, value] : [],
  );
  return async () => {
    const bin = await installVenv({ name: "bench", what: "PyTorch", python: join(venvBin, "python") });
    return runScript("bench", words, { DDPM_DIP_PEER: join(bin, "python") });
  };
});

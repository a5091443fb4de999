import { parseArgs } from "node:util";
import { installTools } from "./baselines/install.mjs";
import { explainWith, requireProfile } from "./setup/options.mjs";
import { runProgram, runScript, setUp } from "./setup/setUp.mjs";

const help = `Computes the missing trials of denoisers that are no part of this project, one after the other on one core: CBM3D
(bm3d), non-local means and total variation (scikit-image), installed into .runtime/baselines-venv on the first run.
Ctrl-C keeps what is finished; the same command goes on.

bm3d is by Tampere University and for non-commercial use only: its licence, which installing it accepts, is in the package.
It is no dependency of this project, which ships nothing of it.

Usage: npm run baselines -- [PLAN...] [options]

  PLAN             a plan of the library, such as priors, or a file that ends in .ts or .mts and whose default export is a
                   list of specs; all plans of the library that have such trials when none is named
  --list           how many such trials each plan has and how many are stored; no work is done
  --dry-run        what is missing and how long it is expected to take; no work is done
  --profile NAME   smoke, default or full: how many trials the plans of the library have
  --help           this text`;

const options = /** @type {const} */ ({
  list: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  profile: { type: "string", default: process.env.DDPM_DIP_PROFILE ?? "default" },
  help: { type: "boolean", default: false },
});

const read = () =>
  explainWith(help, () => {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) return undefined;
    requireProfile(values.profile);
    return {
      plans: positionals,
      profile: values.profile,
      do: values.list ? "list" : values["dry-run"] ? "dry-run" : "run",
    };
  });

await runProgram(async () => {
  const values = read();
  if (!values) {
    console.log(help);
    return 0;
  }
  await setUp();
  const { profile, ...rest } = values;
  const words = JSON.stringify({ ...rest, from: process.env.INIT_CWD ?? process.cwd() });
  const python = values.do === "run" ? await installTools() : "";
  return runScript("baselines", [words], { DDPM_DIP_PROFILE: profile, DDPM_DIP_BASELINES_PYTHON: python });
});

import { requireProfile } from "./setup/options.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

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
});

await runCommand({ help, options, positionals: true }, (values, plans) => {
  requireProfile(values.profile);
  const task = values.list ? "list" : values["dry-run"] ? "dry-run" : "run";
  const words = JSON.stringify({ plans, do: task, from: process.env.INIT_CWD ?? process.cwd() });
  return () => runScript("baselines", [words], { DDPM_DIP_PROFILE: values.profile });
});

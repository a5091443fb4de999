import { join } from "node:path";
import { requireProfile } from "./setup/options.mjs";
import { venvBin } from "./setup/places.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Sets up what is missing, runs the notebooks and writes the paper, report/report.html and report/report.pdf, and all notebooks in
full as report/appendix.html and report/appendix.pdf.

Usage: npm start -- [options]

  --profile NAME   smoke: everything recomputed, tiny, kept apart in report/smoke (minutes)
                   default: the stored trials, each notebook with one live miniature (about three minutes)
                   full: more seeds; missing trials are computed (hours)
  --fresh          recompute stored trials as well
  --save           write the executed notebooks back to notebooks/, and README.md's results (default profile only)
  --help           this text

npm test, npm run lab, npm run setup and npm run lint are the other commands.`;

const options = /** @type {const} */ ({
  profile: { type: "string", default: "default" },
  fresh: { type: "boolean", default: false },
  save: { type: "boolean", default: false },
});

await runCommand({ help, options }, ({ profile, fresh, save }) => {
  requireProfile(profile);
  if (save && profile !== "default") throw new Error(`--save: got the profile ${profile}, want default`);
  const env = {
    DDPM_DIP_PROFILE: profile,
    DDPM_DIP_FRESH: fresh ? "1" : "0",
    DDPM_DIP_JUPYTER: join(venvBin, "jupyter"),
  };
  return () => runScript("report", save ? ["--save"] : [], env);
});

import { join } from "node:path";
import { readOptions, requireProfile } from "./setup/options.mjs";
import { venvBin } from "./setup/places.mjs";
import { runProgram, runScript, setUp } from "./setup/setUp.mjs";

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
  help: { type: "boolean", default: false },
});

await runProgram(async () => {
  const values = readOptions(options, help, ({ profile, save }) => {
    requireProfile(profile);
    if (save && profile !== "default") throw new Error(`--save: got the profile ${profile}, want default`);
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  await setUp();
  const env = {
    DDPM_DIP_PROFILE: values.profile,
    DDPM_DIP_FRESH: values.fresh ? "1" : "0",
    DDPM_DIP_JUPYTER: join(venvBin, "jupyter"),
  };
  const words = values.save ? ["--save"] : [];
  return runScript("report", words, env);
});

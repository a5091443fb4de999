import { readOptions } from "./setup/options.mjs";
import { runProgram, runScript, setUp } from "./setup/setUp.mjs";

const help = `Writes anew what is made from other files: the results in README.md from figures/*.csv, and
notebooks/references.md from notebooks/references.bib. npm start -- --save does so too.

Usage: npm run readme -- [options]

  --help           this text`;

await runProgram(async () => {
  const values = readOptions({ help: { type: "boolean", default: false } }, help, () => {});
  if (values.help) {
    console.log(help);
    return 0;
  }
  await setUp();
  return runScript("readme", []);
});

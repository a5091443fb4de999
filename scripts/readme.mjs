import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Writes anew what is made from other files: the results in README.md from figures/*.csv, and
notebooks/references.md from notebooks/references.bib. npm start -- --save does so too.

Usage: npm run readme -- [options]

  --help           this text`;

await runCommand({ help }, () => () => runScript("readme", []));

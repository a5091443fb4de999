import { checkSources } from "./setup/checkSources.mjs";
import { answersHelp } from "./setup/options.mjs";
import { runProgram, setUp } from "./setup/setUp.mjs";

const help = `Sets up what is missing, then checks format, lint, the direction of imports, types and declarations.

Usage: npm run lint`;

await runProgram(async () => {
  if (answersHelp(help)) return 0;
  await setUp();
  return checkSources();
});

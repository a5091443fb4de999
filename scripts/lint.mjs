import { checkSources } from "./setup/checkSources.mjs";
import { runProgram, setUp } from "./setup/setUp.mjs";

await runProgram(async () => {
  await setUp();
  return checkSources();
});

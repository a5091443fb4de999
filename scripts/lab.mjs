import { join } from "node:path";
import { venvBin } from "./setup/places.mjs";
import { root, runVisible } from "./setup/process.mjs";
import { runProgram, setUp } from "./setup/setUp.mjs";

/** Opens JupyterLab on the notebooks; further words go to it, such as `npm run lab -- --no-browser`. */
await runProgram(async () => {
  await setUp();
  const words = ["lab", "--ServerApp.root_dir", join(root, "notebooks"), ...process.argv.slice(2)];
  // JupyterLab asks after the first Ctrl-C, which it hears of by the terminal, and ends at once after a second.
  return runVisible(join(venvBin, "jupyter"), words, { passInterrupt: false });
});

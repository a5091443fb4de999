import { checkSources } from "./setup/checkSources.mjs";
import { runCommand } from "./setup/setUp.mjs";

const help = `Sets up what is missing, then checks format, lint, the direction of imports, types, declarations and the notebooks' cells.

Usage: npm run lint`;

await runCommand({ help }, () => checkSources);

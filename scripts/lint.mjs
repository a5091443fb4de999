import { checkSources } from "./setup/checkSources.mjs";
import { runCommand } from "./setup/setUp.mjs";

const help = `Sets up what is missing, then checks format, lint, the direction of imports, types and declarations.

Usage: npm run lint`;

await runCommand({ help }, () => checkSources);

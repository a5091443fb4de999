import { runCommand } from "./setup/setUp.mjs";

const help = `Sets up what is missing: packages, TensorFlow, the native binding, the browser, the library, the kernel.
To start anew, delete .runtime/ and node_modules/.

Usage: npm run setup`;

await runCommand({ help }, () => async () => 0);

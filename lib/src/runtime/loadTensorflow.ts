import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { quietly } from "./quietly";

/*
 * Loads the TensorFlow package before anything else imports it: with its start-up log off, and with a clear error
 * where the native binding was not built. Imported for its effect.
 */
process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";

const packageFolder = dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));
const bindingFile = join(packageFolder, "lib", "napi-v8", "tfjs_binding.node");
if (!existsSync(bindingFile)) {
  throw new Error(`The native TensorFlow binding is not built: ${bindingFile} is missing. Run "npm run setup".`);
}
quietly(() => require("@tensorflow/tfjs-node-gpu"));

import { main } from "../../src/cli/main";
import { tinyModels } from "./tinyRun";

/** The command line as a process of its own, with untrained tiny models. */
void main(process.argv.slice(2), tinyModels).then((code) => {
  process.exitCode = code;
});

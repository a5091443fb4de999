import { runProgram, setUp } from "./setup/setUp.mjs";

await runProgram(setUp);

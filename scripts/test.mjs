import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { checkSources } from "./setup/checkSources.mjs";
import { runtimeEnvironment } from "./setup/places.mjs";
import { root, runVisible } from "./setup/process.mjs";
import { runProgram, setUp } from "./setup/setUp.mjs";
import { filesIn } from "./setup/stamp.mjs";

/** Set-up where it is missing, lint, types, then all tests, or those whose file names hold one of the given words. */
await runProgram(async () => {
  await setUp();
  const words = process.argv.slice(2);
  const files = [...filesIn(join(root, "lib", "test")), ...filesIn(join(root, "scripts"))]
    .filter((file) => /\.test\.m?ts$/.test(file))
    .filter((file) => words.length === 0 || words.some((word) => relative(root, file).includes(word)));
  if (files.length === 0) throw new Error(`no test file's name holds ${words.join(" or ")}`);
  const checked = words.length > 0 ? 0 : await checkSources();
  const tested = await runVisible(
    process.execPath,
    [
      "--import",
      "tsx",
      "--test",
      `--test-reporter=${pathToFileURL(join(root, "scripts", "setup", "quietReporter.mjs"))}`,
      "--test-concurrency=2",
      ...files,
    ],
    { env: runtimeEnvironment() },
  );
  return Math.max(checked, tested);
});

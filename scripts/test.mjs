import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { checkSources } from "./setup/checkSources.mjs";
import { runtimeEnvironment, testFiles } from "./setup/places.mjs";
import { root, runVisible, UsageError } from "./setup/process.mjs";
import { runCommand } from "./setup/setUp.mjs";
import { shareProcesses } from "./test/shareProcesses.mjs";

const help = `Sets up what is missing, then runs lint, types and all tests.

Usage: npm test -- [words]

  words            only the tests whose file names hold one of them, without lint and types

The slowest tests and files are listed at the end.`;

await runCommand({ help, positionals: true }, (_, words) => async () => {
  const files = testFiles().filter(
    (file) => words.length === 0 || words.some((word) => relative(root, file).includes(word)),
  );
  if (files.length === 0) throw new UsageError(`no test file's name holds ${words.join(" or ")}`);
  const checked = words.length > 0 ? 0 : await checkSources();
  const processes = shareProcesses(files);
  try {
    const tested = await runVisible(
      process.execPath,
      [
        "--import",
        "tsx",
        "--test",
        `--test-reporter=${pathToFileURL(join(root, "scripts", "test", "reporter.mjs"))}`,
        "--test-concurrency=2",
        ...processes.files,
      ],
      { env: runtimeEnvironment() },
    );
    if (checked > 0) console.error("error: lint, arrows, types or cells failed, see [check] above the tests");
    return Math.max(checked, tested);
  } finally {
    processes.dispose();
  }
});

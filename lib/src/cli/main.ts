import { CommanderError } from "commander";
import { exitCodes, StoppedError, UsageError, whyOf } from "./exit";
import { createProgram, type Request } from "./program";
import type { Models } from "./tileMethod";

/** Where the program writes, and what it computes with where it is not the project's own. */
export interface MainOptions extends Models {
  stdout?: (text: string) => void;
  stderr?: (text: string) => void;
  /** Stops the run; Ctrl-C by default. */
  signal?: AbortSignal;
}

/** Ctrl-C: once between two iterations, twice at once. */
function listenForStop(stderr: (text: string) => void): { signal: AbortSignal; close(): void } {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted);
    stderr("\nstopping after this iteration; Ctrl-C again to stop at once\n");
    stop.abort(new StoppedError("stopped"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: stop.signal,
    close() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/**
 * The command line.
 * @param words without the names of Node and the program.
 * @returns the exit code: see `exitCodes`.
 */
export async function main(words: readonly string[], options: MainOptions = {}): Promise<number> {
  const { stdout = (text) => process.stdout.write(text), stderr = (text) => process.stderr.write(text) } = options;
  let code: number = exitCodes.done;
  const program = createProgram(async (request) => {
    const listening = options.signal ? { signal: options.signal, close() {} } : listenForStop(stderr);
    try {
      code = await run(request, { ...options, stdout, stderr, signal: listening.signal });
    } finally {
      listening.close();
    }
  });
  for (const one of [program, ...program.commands]) {
    one.exitOverride().configureOutput({ writeOut: stdout, writeErr: stderr });
  }
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    // Commander has shown its own errors, and the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    stderr(`error: ${whyOf(error)}\n`);
    return error instanceof UsageError ? exitCodes.wrongUsage : exitCodes.someFailed;
  }
}

/** TensorFlow is loaded here, so that help and wrong words are answered at once. */
async function run(request: Request, options: Required<Pick<MainOptions, "stdout" | "stderr" | "signal">> & Models) {
  const { stdout, stderr, signal } = options;
  const { json, command: _, ...inputs } = request;
  const write = json ? stderr : stdout;
  const prior = request.prior ?? options.prior;
  const models = {
    ...(prior !== undefined && { prior }),
    ...(options.network && { network: options.network }),
  };
  if (request.command === "evaluate") {
    const { evaluateFolder } = await import("./evaluateFolder.js");
    const { codeOf, evaluationText, evaluationJson } = await import("./report.js");
    const evaluation = await evaluateFolder({ ...request, ...models, signal, write });
    write(`${evaluationText(evaluation)}\n`);
    if (json) stdout(`${evaluationJson(evaluation, request.settings)}\n`);
    return codeOf(evaluation);
  }
  const { restoreFolder } = await import("./restoreFolder.js");
  const { codeOf, toJson, toText } = await import("./report.js");
  const restored = await restoreFolder({ ...inputs, ...models, signal, write });
  write(`${toText(restored)}\n`);
  if (json) stdout(`${toJson(restored, request.settings)}\n`);
  return codeOf(restored);
}

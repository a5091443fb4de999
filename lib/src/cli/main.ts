import { CommanderError } from "commander";
import { printable } from "../runtime/printable";
import { listenForStop } from "../runtime/stopSignals";
import { whyOf } from "../runtime/whyOf";
import { exitCodes, StoppedError, UsageError } from "./exit";
import { createProgram, type Request } from "./program";
import type { Models } from "./restoreTiles";

/** Where the program writes, and what it computes with where it is not the project's own. */
export interface MainOptions extends Models {
  stdout?: (text: string) => void;
  stderr?: (text: string) => void;
  /** Stops the run; Ctrl-C, SIGTERM and SIGHUP by default. */
  signal?: AbortSignal;
}

/** Text to a stream of the process, until it takes no more, such as after `| head`: then `onGone` is told, once. */
function openWriter(stream: NodeJS.WriteStream, onGone: () => void) {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on("error", (error) => {
    if (failure) return;
    failure = error;
    onGone();
  });
  return {
    write(text: string): void {
      if (!failure) stream.write(text);
    },
    /** Waits for all that was written. @returns why it could not be, apart from a reader that went away. */
    async flush(): Promise<string | undefined> {
      if (!failure) await new Promise<void>((done) => stream.write("", () => done()));
      return failure && !["EPIPE", "EIO"].includes(failure.code ?? "") ? failure.message : undefined;
    },
  };
}

/** The one way to the terminal: what a line holds does not steer it. */
const byLines = (write: (text: string) => void) => (text: string) => write(text.split("\n").map(printable).join("\n"));

/** The command line. @param words without the names of Node and the program. @returns the exit code: see `exitCodes`. */
export async function main(words: readonly string[], options: MainOptions = {}): Promise<number> {
  const stop = new AbortController();
  const end = (why: string) => stop.abort(new StoppedError(why));
  const gone = () => end("nobody reads what is written any more");
  const out = options.stdout ? undefined : openWriter(process.stdout, gone);
  const stdout = byLines(options.stdout ?? ((text) => out?.write(text)));
  const stderr = byLines(options.stderr ?? openWriter(process.stderr, gone).write);
  let code: number = exitCodes.done;
  const program = createProgram(async (request) => {
    const signal = options.signal ?? stop.signal;
    const close = options.signal ? undefined : listenForStop({ first, again: () => process.exit(exitCodes.stopped) });
    try {
      code = await run(request, { ...options, stdout, stderr, signal });
    } finally {
      close?.();
    }
  });
  function first(): void {
    stderr("\nstopping after this iteration; Ctrl-C again to stop at once\n");
    end("stopped");
  }
  for (const one of [program, ...program.commands]) {
    one.exitOverride().configureOutput({ writeOut: stdout, writeErr: stderr });
  }
  try {
    await program.parseAsync([...words], { from: "user" });
    const lost = await out?.flush();
    if (lost !== undefined) throw new Error(`stdout: ${lost}`);
    return code;
  } catch (error) {
    // Commander has shown its own errors, and the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    stderr(`error: ${printable(whyOf(error))}\n`);
    return error instanceof UsageError ? exitCodes.wrongUsage : exitCodes.someFailed;
  }
}

/** TensorFlow is loaded here, so that help and wrong words are answered at once. */
async function run(
  { json, prior, ...inputs }: Request,
  { stdout, stderr, signal, ...own }: Required<Pick<MainOptions, "stdout" | "stderr" | "signal">> & Models,
) {
  const write = json ? stderr : stdout;
  const { restoreFolder } = await import("./restoreFolder.js");
  const { codeOf, toJson, toText } = await import("./report.js");
  const restored = await restoreFolder({ ...inputs, ...own, ...(prior && { prior }), signal, write });
  write(`${toText(restored)}\n`);
  if (json) stdout(`${toJson(restored, inputs.settings)}\n`);
  return codeOf(restored);
}

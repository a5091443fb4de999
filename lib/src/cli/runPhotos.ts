import { MultiBar, Presets } from "cli-progress";
import { printable } from "../runtime/printable";
import { tellTimeLeft } from "../runtime/progress";
import { whyOf } from "../runtime/whyOf";
import { StoppedError } from "./exit";
import type { FoundPhoto } from "./photoNames";
import type { PlannedPhoto } from "./planRun";
import type { PhotoResult } from "./resultRecord";

/** What became of a photo in a run. */
export interface Outcome {
  photo: FoundPhoto;
  /** "kept": finished by a former run of the same command, and no photo of this run. */
  status: "done" | "unchanged" | "failed" | "not reached" | "kept";
  /** What lies in the folder of the results; where this run failed or did not come to it, a former run's. */
  result?: PhotoResult;
  error?: string;
  /** What was found damaged or strange and what was done about it. */
  notices?: string[];
}

/** What a run does with each photo. */
export type PhotoWork = (
  planned: PlannedPhoto,
  told: { onProgress: (share: number, note: string) => void; onNotice: (text: string) => void },
) => Promise<{
  result: PhotoResult;
  /** Whether a former run had finished it. */
  fromBefore: boolean;
  /** What came out, for a line. */
  line: string;
}>;

/**
 * Works through photos one by one, with the time left. One that fails does not stop the others; the signal does, between
 * two iterations.
 * @param write where lines for people go.
 * @returns what became of each, in their order.
 */
export async function runPhotos(
  planned: readonly PlannedPhoto[],
  work: PhotoWork,
  { signal, write }: { signal?: AbortSignal | undefined; write: (text: string) => void },
): Promise<Outcome[]> {
  const outcomes = planned.map(({ photo }): Outcome => ({ photo, status: "not reached" }));
  const display = openRunProgress(write);
  // What was finished before takes no time, and would make the rest look quick.
  let [done, all] = [0, planned.reduce((sum, { pixels }) => sum + pixels, 0)];
  try {
    for (const [index, one] of planned.entries()) {
      signal?.throwIfAborted();
      const count = `[${index + 1}/${planned.length}] ${one.photo.name}`;
      const onProgress = (share: number, note: string) =>
        display.update((done + share * one.pixels) / Math.max(1, all), `${count}: ${note}`);
      onProgress(0, "reading");
      const notices: string[] = [];
      const onNotice = (text: string) => {
        notices.push(text);
        display.line(`${count}: ${text}`);
      };
      const end = (what: Pick<Outcome, "status" | "result" | "error">) => {
        outcomes[index] = { photo: one.photo, ...what, ...(notices.length > 0 && { notices }) };
      };
      try {
        const { result, fromBefore, line } = await work(one, { onProgress, onNotice });
        end({ status: fromBefore ? "unchanged" : "done", result });
        display.line(`${count}: ${line}${fromBefore ? ", finished before" : ""}`);
        if (fromBefore) all -= one.pixels;
        else done += one.pixels;
      } catch (error) {
        if (signal?.aborted) throw error;
        const why = whyOf(error);
        end({ status: "failed", error: why });
        display.line(`${count}: failed: ${why}`);
        all -= one.pixels;
      }
    }
  } catch (error) {
    if (!signal?.aborted && !(error instanceof StoppedError)) throw error;
  } finally {
    display.finish();
  }
  return outcomes;
}

/**
 * Opens the display of a run: a bar with the time left on stderr where that is a terminal; lines go to `write`.
 * @param write for a line, with its line break.
 * @returns `update`, of the share of the whole run that is done, 0 to 1; `line`, which stays; and `finish`.
 */
function openRunProgress(write: (text: string) => void) {
  if (!process.stderr.isTTY) {
    return { update() {}, line: (text: string) => write(`${printable(text)}\n`), finish() {} };
  }
  const startedMs = Date.now();
  const format = "  {bar} {percentage}% | {left} | {note}";
  const bars = new MultiBar(
    { format, stream: process.stderr, clearOnComplete: true, barsize: 24, gracefulExit: false },
    Presets.shades_classic,
  );
  const bar = bars.create(1, 0, { note: "", left: tellTimeLeft(startedMs, 0) });
  return {
    update: (done: number, note: string) =>
      bar.update(done, { note: printable(note), left: tellTimeLeft(startedMs, done) }),
    line(text: string) {
      bars.log(`${printable(text)}\n`);
      bars.update();
    },
    finish: () => bars.stop(),
  };
}

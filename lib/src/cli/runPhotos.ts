import { printable } from "../runtime/printable";
import { openBar } from "../runtime/progress";
import { whyOf } from "../runtime/whyOf";
import { StoppedError } from "./exit";
import type { FoundPhoto } from "./photoNames";
import type { PlannedPhoto } from "./planRun";
import type { PhotoResult } from "./resultRecord";

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

export type PhotoWork = (
  planned: PlannedPhoto,
  told: { onProgress: (share: number, note: string) => void; onNotice: (text: string) => void },
) => Promise<{
  result: PhotoResult;
  fromBefore: boolean;
  /** What came out, for a line. */
  line: string;
}>;

/**
 * Works through photos one by one. One that fails does not stop the others; the signal does, between two iterations.
 * @param write for lines. @returns what became of each, in their order.
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

/** A bar with the time left where stderr is a terminal; lines go to `write` elsewhere. */
function openRunProgress(write: (text: string) => void): ReturnType<typeof openBar> {
  if (process.stderr.isTTY) return openBar(1);
  return { update() {}, line: (text) => write(`${printable(text)}\n`), finish() {} };
}

import { MultiBar, Presets } from "cli-progress";
import { printable } from "../runtime/printable";
import { tellTimeLeft } from "../runtime/progress";

/** Shows how far a run over several photos is. */
export interface RunProgress {
  /** @param done of the whole run, 0 to 1. */
  update(done: number, note: string): void;
  /** A line that stays. */
  line(text: string): void;
  finish(): void;
}

/**
 * Opens the display of a run: a bar with the time left on stderr where that is a terminal; lines go to `write`.
 * @param write for a line, with its line break.
 */
export function openRunProgress(write: (text: string) => void): RunProgress {
  if (!process.stderr.isTTY) return { update() {}, line: (text) => write(`${printable(text)}\n`), finish() {} };
  const startedMs = Date.now();
  const format = "  {bar} {percentage}% | {left} | {note}";
  const bars = new MultiBar(
    { format, stream: process.stderr, clearOnComplete: true, barsize: 24, gracefulExit: false },
    Presets.shades_classic,
  );
  const bar = bars.create(1, 0, { note: "", left: tellTimeLeft(startedMs, 0) });
  return {
    update: (done, note) => bar.update(done, { note: printable(note), left: tellTimeLeft(startedMs, done) }),
    line(text) {
      bars.log(`${printable(text)}\n`);
      bars.update();
    },
    finish: () => bars.stop(),
  };
}

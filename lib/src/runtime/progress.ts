import { Presets, SingleBar } from "cli-progress";
import { inNotebook, openDisplay } from "./display";
import { escapeHtml } from "./markup";

/** Shows how far a run of trials is: in a notebook one output that is replaced, in a terminal one line. */
export interface Progress {
  /** @param done trials finished, fractions of the running one included. */
  update(done: number, note: string): void;
  finish(summary: string): void;
}

const refreshMs = 250;

/** The time left, by that since the start. @param share of the work that is done, 0 to 1. */
export function tellTimeLeft(startedMs: number, share: number): string {
  const elapsed = (Date.now() - startedMs) / 1000;
  if (!(share > 0) || elapsed < 2) return "time left unknown";
  const seconds = Math.max(0, Math.round((elapsed / share) * (1 - share)));
  if (seconds < 90) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min left` : `${(minutes / 60).toFixed(1)} h left`;
}

/**
 * Opens a progress display. Silent where output goes neither to a notebook nor to a terminal.
 * @param total how much there is to do: trials, or 1 for one thing whose share is told.
 */
export function openProgress(total: number): Progress {
  if (inNotebook()) return notebookProgress(total);
  if (process.stderr.isTTY) return terminalProgress(total);
  return { update() {}, finish() {} };
}

function notebookProgress(total: number): Progress {
  const show = openDisplay();
  const started = Date.now();
  let shownAt = 0;
  return {
    update(done, note) {
      if (Date.now() - shownAt < refreshMs) return;
      shownAt = Date.now();
      const count = total === 1 ? `${Math.round(100 * done)} %` : `${Math.floor(done)} of ${total} trials`;
      const text = `${count}, ${tellTimeLeft(started, done / total)}: ${note}`;
      show({
        "text/html": `<progress max="${total}" value="${done.toFixed(3)}" style="width:24em"></progress> <small>${escapeHtml(text)}</small>`,
        "text/plain": text,
      });
    },
    finish(summary) {
      show({ "text/html": `<small class="trial-summary">${escapeHtml(summary)}</small>`, "text/plain": summary });
    },
  };
}

function terminalProgress(total: number): Progress {
  const bar = new SingleBar(
    { format: "  {bar} {percentage}% | {left} | {note}", stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  const started = Date.now();
  bar.start(total, 0, { note: "", left: tellTimeLeft(started, 0) });
  return {
    update: (done, note) => bar.update(done, { note, left: tellTimeLeft(started, done / total) }),
    finish(summary) {
      bar.stop();
      process.stderr.write(`  ${summary}\n`);
    },
  };
}

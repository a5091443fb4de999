import { Presets, SingleBar } from "cli-progress";
import { inNotebook, openDisplay } from "./display";
import { escapeHtml } from "./markup";

/** Shows how far a run of trials is: in a notebook one output that is replaced, in a terminal one line. */
export interface Progress {
  /** @param done trials finished, fractions of the running one included. */
  update(done: number, note: string): void;
  /** Ends the display with a last line. */
  finish(summary: string): void;
}

const refreshMs = 250;

function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "time left unknown";
  const whole = Math.max(0, Math.round(seconds));
  return whole < 90 ? `${whole} s left` : `${Math.round(whole / 60)} min left`;
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
      const left = ((Date.now() - started) / 1000 / done) * (total - done);
      const count = total === 1 ? `${Math.round(100 * done)} %` : `${Math.floor(done)} of ${total} trials`;
      const text = `${count}, ${formatSeconds(left)}: ${note}`;
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
    { format: "  {bar} {percentage}% | {eta_formatted} left | {note}", stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: "" });
  return {
    update: (done, note) => bar.update(done, { note }),
    finish(summary) {
      bar.stop();
      process.stderr.write(`  ${summary}\n`);
    },
  };
}

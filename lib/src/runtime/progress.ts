import { MultiBar, Presets } from "cli-progress";
import { inNotebook, openDisplay } from "./display";
import { escapeHtml } from "./markup";
import { printable } from "./printable";

/** Shows how far a run of trials is: in a notebook one output that is replaced, in a terminal one line. */
export interface Progress {
  /** @param done trials finished, fractions of the running one included. */
  update(done: number, note: string): void;
  finish(summary: string): void;
}

const refreshMs = 250;

/** The time left, by that since the start. @param share of the work that is done, 0 to 1. */
function tellTimeLeft(startedMs: number, share: number): string {
  const elapsed = (Date.now() - startedMs) / 1000;
  if (!(share > 0) || elapsed < 2) return "time left unknown";
  const seconds = Math.max(0, Math.round((elapsed / share) * (1 - share)));
  if (seconds < 90) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min left` : `${(minutes / 60).toFixed(1)} h left`;
}

/** Shows progress in a notebook or a terminal; silent elsewhere. @param total of trials, or 1 for a share. */
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
  const bar = openBar(total);
  return {
    update: bar.update,
    finish(summary) {
      bar.finish();
      process.stderr.write(`  ${summary}\n`);
    },
  };
}

/** A bar on stderr with the time left, below lines that stay. */
export function openBar(total: number) {
  const format = "  {bar} {percentage}% | {left} | {note}";
  const options = { format, stream: process.stderr, clearOnComplete: true, barsize: 24 };
  const bars = new MultiBar(options, Presets.shades_classic);
  const started = Date.now();
  const bar = bars.create(total, 0, { note: "", left: tellTimeLeft(started, 0) });
  return {
    update(done: number, note: string) {
      bar.update(done, { note: printable(note), left: tellTimeLeft(started, done / total) });
    },
    line(text: string) {
      bars.log(`${printable(text)}\n`);
      bars.update();
    },
    finish: () => bars.stop(),
  };
}

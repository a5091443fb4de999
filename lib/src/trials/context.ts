import { setImmediate as nextTurn } from "node:timers/promises";
import type { Engine } from "../runtime";

export interface TrialContext {
  onProgress(share: number): void;
  signal: AbortSignal;
  engine: Engine;
}

/**
 * Passes the values of a long generator on, reports the share of `total` that is done, and gives the event loop a turn
 * ten times a second, so that it can be interrupted.
 */
export async function* watch<T>(
  work: Iterable<T>,
  total: number,
  context: TrialContext,
): AsyncGenerator<T, void, void> {
  let count = 0;
  let turned = Date.now();
  for (const value of work) {
    yield value;
    count++;
    if (Date.now() - turned >= 100) {
      context.onProgress(count / total);
      await nextTurn();
      context.signal.throwIfAborted();
      turned = Date.now();
    }
  }
}

/** What asks a program to stop: Ctrl-C, `kill`, and the terminal that goes away. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm, the launcher and the terminal pass one Ctrl-C on, each of them: what comes within this is the same one. */
const sameMs = 300;

/**
 * Calls back when the program is asked to stop, and again when it is asked once more. A terminal that goes away asks
 * once, though each of its streams may say so when it is written to. @returns ends the listening.
 */
export function listenForStop({ first, again }: { first: () => void; again: () => void }): () => void {
  let askedAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      first();
    } else if (signal !== "SIGHUP" && performance.now() - askedAt > sameMs) again();
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  return () => {
    for (const signal of stopSignals) process.off(signal, onSignal);
  };
}

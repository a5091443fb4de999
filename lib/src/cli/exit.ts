/** What the command line ends with; environment.md has the table of all programs. */
export const exitCodes = { done: 0, someFailed: 1, wrongUsage: 2, stopped: 130 } as const;

/** The command cannot be begun as it was given: exit code 2, nothing was computed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Stopped before the end: exit code 130. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

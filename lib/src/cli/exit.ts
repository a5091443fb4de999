/** What the command line ends with. */
export const exitCodes = { done: 0, someFailed: 1, wrongUsage: 2, interrupted: 130 } as const;

/** The command cannot be begun as it was given: exit code 2, nothing was computed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ctrl-C: exit code 130. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** An error's text. */
export function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";

/**
 * Runs a function with stderr closed to native code, for TensorFlow writes two lines to it while it loads that no
 * setting turns off. Where it cannot be reopened (a socket, Windows) the function runs as it is.
 */
export function quietly<T>(work: () => T): T {
  // Node makes its stream at the first use; one made of a reopened descriptor does not know that it is a terminal.
  if (isatty(2)) process.stderr;
  let kept: number;
  try {
    kept = openSync("/dev/fd/2", "a");
  } catch {
    return work();
  }
  const redirect = (target: string) => {
    closeSync(2);
    // The lowest free descriptor is the one just closed.
    openSync(target, "a");
  };
  redirect("/dev/null");
  try {
    return work();
  } finally {
    redirect(`/dev/fd/${kept}`);
    closeSync(kept);
  }
}

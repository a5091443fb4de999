let isTold = false;

/*
 * Loaded by every command and every script that it runs: a reader that goes away (`| head`) asks to stop, as a terminal does that
 * goes away. What can go on later saves its state; whatever cannot ends at once.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    if (!["EPIPE", "EIO"].includes(error.code ?? "")) throw error;
    if (isTold) return;
    isTold = true;
    if (!process.emit("SIGHUP", "SIGHUP")) process.exit(130);
  });
}

import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The name that content has until it is whole. What is called so was left by a write that was killed. */
export const partName = /^\.\d+\.[0-9a-f]{8}\.part$/;

/**
 * Writes a file so that its name holds either what it held before or all of the new content: a file beside it is
 * written, flushed, and takes the name. (The packages for this leave a cut file under the name when the disk fills up
 * in the middle of a write.)
 * @throws the file system's error; nothing is left behind.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  // Not the name with an ending more: that one may be as long as names can be.
  const part = join(dirname(file), `.${process.pid}.${randomBytes(4).toString("hex")}.part`);
  try {
    await writeFile(part, content, { flush: true });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

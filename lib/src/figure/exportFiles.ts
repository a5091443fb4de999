import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { figuresFolder } from "../runtime/folders";
import { whyOf } from "../runtime/whyOf";
import { writeWhole } from "../runtime/writeWhole";

/** @throws RangeError when an id is not lower-case words joined by hyphens. */
export function checkId(id: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new RangeError(`figure id: got "${id}", want lower-case words joined by hyphens, such as "overfit-curves"`);
  }
}

/** Writes files into the figures folder, each whole or not at all. @throws Error naming the file that failed. */
export async function exportFiles(files: Record<string, string | Buffer>): Promise<void> {
  const folder = figuresFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    try {
      mkdirSync(folder, { recursive: true });
      await writeWhole(file, content);
    } catch (error) {
      throw new Error(`cannot export ${file}: ${whyOf(error)}`);
    }
  }
}

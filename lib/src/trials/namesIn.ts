import { readdirSync } from "node:fs";

/** Whether an error of the file system says that there is no such file or folder. */
export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/** Names in a folder that end so, sorted; none where there is no folder. @throws the file system's error. */
export function namesIn(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

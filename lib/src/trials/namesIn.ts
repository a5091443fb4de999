import { readdirSync } from "node:fs";

/** Whether an error of the file system says that there is no such file or folder. */
export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/** Names of files in a folder that end so, sorted; none where there is no folder. @throws the file system's error. */
export function namesIn(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(ending))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

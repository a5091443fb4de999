import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillMarks } from "./markdown.mjs";
import { formatReferences, readBibliography } from "./references.mjs";
import { formatResults } from "./results.mjs";

/** The texts that are made from other files of the project, as they should be now, by their paths. */
export function renderTexts(root: string): Record<string, string> {
  const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
  const table = (name: string) =>
    existsSync(join(root, "figures", `${name}.csv`)) ? read("figures", `${name}.csv`) : undefined;
  const results = formatResults({
    denoising: table("table-combined"),
    stopping: table("table-stopping"),
    acceleration: table("table-acceleration"),
  });
  return {
    "README.md": fillMarks(read("README.md"), "results", results),
    "notebooks/references.md": formatReferences(readBibliography(read("notebooks", "references.bib"))),
  };
}

/** Writes those that are not as they should be. @returns their paths. @throws as the texts' makers do, before anything is written. */
export function renewTexts(root: string): string[] {
  const stale = Object.entries(renderTexts(root)).filter(
    ([path, text]) => readFileSync(join(root, path), "utf8") !== text,
  );
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
  return stale.map(([path]) => path);
}

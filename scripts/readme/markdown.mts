/** A row of a Markdown table. */
export const markdownRow = (cells: readonly (string | number)[]): string =>
  `|${cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`;

/** A Markdown table: its first column to the left, the others, numbers, to the right. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const sides = heads.map((_, column) => (column === 0 ? "---" : "---:"));
  return [heads, sides, ...rows].map(markdownRow).join("\n");
}

/**
 * Puts text between two marks of a Markdown file.
 * @param name the marks are `<!-- name: ... -->` and `<!-- /name -->`, each on a line of its own.
 * @throws Error when they are not there.
 */
export function fillMarks(text: string, name: string, content: string): string {
  const opening = new RegExp(`^<!-- ${name}\\b[^\\n]*-->\\n`, "m").exec(text);
  const closing = `<!-- /${name} -->`;
  const end = text.indexOf(closing);
  if (!opening || end < opening.index)
    throw new Error(`there is no place for "${name}": want <!-- ${name} ... ${closing}`);
  return `${text.slice(0, opening.index + opening[0].length)}${content}\n${text.slice(end)}`;
}

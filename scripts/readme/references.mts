import { plugins } from "@citation-js/core";
import "@citation-js/plugin-bibtex";

/** An entry of a BibTeX file as citation-js reads it. */
export interface Entry {
  type: string;
  label: string;
  properties: Record<string, string>;
}

/**
 * Reads BibTeX.
 * @throws Error with the place when the text is not BibTeX, naming the key when one is there twice or a field is missing.
 */
export function readBibliography(text: string): Entry[] {
  const entries = plugins.input.chain(text, { target: "@biblatex/entries+list" });
  const seen = new Set<string>();
  for (const { label, properties } of entries) {
    if (seen.has(label)) throw new Error(`references: the key "${label}" is there twice`);
    seen.add(label);
    const missing = ["author", "title", "year"].find((field) => !properties[field]);
    if (missing) throw new Error(`references: "${label}" has no ${missing}`);
  }
  return entries;
}

/** "Family, I. J. and Other, K." as "I. J. Family, K. Other". */
function formatAuthors(authors: string): string {
  return authors
    .split(/\s+and\s+/)
    .map((author) => author.split(/,\s*/).reverse().join(" "))
    .join(", ");
}

function formatEntry({ label, properties }: Entry): string {
  const { author = "", title = "", journal, booktitle, volume, number, year, eprint } = properties;
  const venue = journal ?? booktitle;
  const issue = volume ? ` ${volume}${number ? `(${number})` : ""}` : "";
  const published = venue ? `*${venue}*${issue}, ${year}` : year;
  const preprint = eprint ? ` arXiv:${eprint}.` : "";
  return `<a id="${label}"></a>${formatAuthors(author)}. ${title.replace(/[{}]/g, "")}. ${published}.${preprint}`;
}

/** The list of references as Markdown, each with its key as an anchor, in the order of the keys. */
export function formatReferences(entries: readonly Entry[]): string {
  const sorted = [...entries].sort((a, b) => (a.label < b.label ? -1 : 1));
  return `# References\n\n${sorted.map(formatEntry).join("\n\n")}\n`;
}

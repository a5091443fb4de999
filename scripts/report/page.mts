import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type CheerioAPI, load } from "cheerio";
import { figure, runtime } from "ddpm-dip";
import type { Formulas } from "./mathematics.mjs";
import { chapterAnchor, type Merged } from "./merge.mjs";

const require = createRequire(import.meta.url);
const here = import.meta.dirname;

/** KaTeX's style sheet with its fonts inside. */
function katexStyle(): string {
  const folder = dirname(require.resolve("katex/dist/katex.min.css"));
  return readFileSync(join(folder, "katex.min.css"), "utf8").replace(
    /src:url\(fonts\/([\w-]+\.woff2)\) format\("woff2"\)[^}]*/g,
    (_, name: string) =>
      `src:url(data:font/woff2;base64,${readFileSync(join(folder, "fonts", name)).toString("base64")}) format("woff2")`,
  );
}

const safeScript = (text: string) => text.replace(/<\/script/gi, "<\\/script");

/** What the page may do: its own scripts and what stands in it. Nothing is asked for elsewhere, whatever an output holds. */
function policyOf(scripts: readonly string[]): string {
  const digests = scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return `default-src 'none'; script-src ${digests.join(" ")}; style-src 'unsafe-inline'; font-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'`;
}

/** A page with what others need in order to refer to it. */
export interface Page {
  html: string;
  sections: readonly Section[];
  /** What each figure and table is called. */
  numbers: Readonly<Record<string, string>>;
}

export interface PageParts {
  title: string;
  /** nbconvert's HTML of the merged notebook, without a head. */
  body: string;
  /** Set before the contents, as HTML. */
  opening: string;
  merged: Merged;
  formulas: Formulas;
  /** Of a selection of cells: where links to the others lead. Its sections are numbered anew, without the first notebook's title. */
  appendix?: Page;
}

export interface Section {
  id: string;
  chapter: string;
  /** The heading's anchor in its notebook. */
  name: string;
  /** Its number in this document, where it has one. */
  number: string;
}

const numberOf = (heading: string) => /^\d+(\.\d+)?(?=[ -])/.exec(heading)?.[0] ?? "";

/**
 * The id of the section that a link to a notebook leads to: of the heading with its anchor, or with that anchor's number
 * where the words have changed since; of the notebook's first heading where it names none. A link without a notebook is to a heading
 * of its own one: numbers of headings begin with that of their chapter, so it is the only one of that name.
 */
function findSection(link: string, sections: readonly Section[]): Section | undefined {
  const [file = "", anchor = ""] = link.split("#").map(decodeURIComponent);
  const own = file ? sections.filter(({ chapter }) => chapter === chapterAnchor(basename(file, ".ipynb"))) : sections;
  const number = numberOf(anchor);
  if (anchor === "") return own[0];
  return (
    own.find(({ name }) => name === anchor) ?? own.find(({ name }) => number !== "" && name.split("-")[0] === number)
  );
}

/** The other document, beside the paper. */
const appendixFile = "appendix.html";

/** Sections without a number in a selection of cells. */
const unnumbered = ["Abstract", "References"];

/**
 * Names the headings by the place they have in this document, with the names that JupyterLab gives them kept. Those of a selection are
 * numbered anew; its first notebook's title is the whole document's, and that notebook's sections are chapters.
 */
function nameSections($: CheerioAPI, anew: boolean): Section[] {
  const sections: Section[] = [];
  const counts = { h1: 0, h2: 0 };
  let chapter = "";
  $("h1, h2, [id^=chapter-]").each((_, heading) => {
    const name = $(heading).attr("id") ?? "";
    if (!/^h\d$/.test(heading.tagName)) {
      chapter = name;
      return;
    }
    const opens = chapter === chapterAnchor("00-overview");
    if (anew && opens && heading.tagName === "h1") {
      $(heading).remove();
      return;
    }
    if (anew && opens) heading.tagName = "h1";
    const id = `section-${sections.length + 1}`;
    $(heading).attr("id", id);
    let number = numberOf($(heading).text());
    if (anew) {
      const words = ($(heading).html() ?? "").slice(number.length).trim();
      number = unnumbered.includes(words) ? "" : countUp(heading.tagName, counts);
      $(heading).html(`${number} ${words}`.trim());
    }
    sections.push({ id, chapter, name, number });
  });
  return sections;
}

function countUp(level: string, counts: { h1: number; h2: number }): string {
  if (level === "h1") {
    Object.assign(counts, { h1: counts.h1 + 1, h2: 0 });
    return String(counts.h1);
  }
  counts.h2 += 1;
  return `${counts.h1}.${counts.h2}`;
}

/**
 * One HTML page that needs nothing beside it: folded code, a table of contents, numbered references, formulas,
 * interactive figures on the screen and their pictures in print.
 * @throws Error when a formula is left unconverted or a reference leads nowhere.
 */
export function buildPage({ title, body, opening, merged, formulas, appendix }: PageParts): Page {
  const $ = load(`<main>${body}</main>`, null, false);
  $("a.anchor-link, .prompt").remove();
  $(".code_cell").each((_, cell) => {
    const input = $(cell).children(".input");
    // An excerpt is shown in print as well, where nobody can unfold it.
    const attributes = $(cell).hasClass("celltag_excerpt") ? 'class="code excerpt" open' : 'class="code"';
    input.replaceWith(`<details ${attributes}><summary>code</summary>${$.html(input)}</details>`);
  });
  const sections = nameSections($, appendix !== undefined);
  const contents = sections.map(({ id }) => {
    const heading = $(`[id="${id}"]`);
    return `<li class="${heading.prop("tagName")?.toLowerCase()}"><a href="#${id}">${heading.html()}</a></li>`;
  });
  const linkOf = (link: ReturnType<CheerioAPI>) => link.attr("href") ?? "";
  /** Leads a link to its section, here or in the appendix, and calls it by the number that it has there. */
  const lead = (link: ReturnType<CheerioAPI>, to: string) => {
    const here = findSection(to, sections);
    const there = here ?? (appendix && findSection(to, appendix.sections));
    if (!there) throw new Error(`the report refers to "${to}", which is not in it`);
    link.attr("href", `${here ? "" : appendixFile}#${there.id}`);
    if (appendix && /^(\d+\.\d+|notebook \d+)$/.test(link.text())) {
      link.text(`${here ? "section" : "appendix"} ${there.number}`);
    }
  };
  // Their paragraph would stand alone on a printed page.
  $("[id^=chapter-]").each((_, anchor) => {
    const paragraph = $(anchor).parent("p");
    (paragraph.text() === "" && paragraph.length > 0 ? paragraph : $(anchor)).remove();
  });
  const citations = $('a[href*="references.md#"]');
  const keyOf = (link: Parameters<typeof $>[0]) => linkOf($(link)).split("#")[1] ?? "";
  if (appendix) {
    // A selection lists what it cites.
    const cited = new Set(citations.map((_, link) => keyOf(link)).get());
    $("p:has(> a[id]:first-child)").each((_, entry) => {
      if (!cited.has($(entry).children("a").first().attr("id") ?? "")) $(entry).remove();
    });
  }
  citations.each((_, link) => void $(link).attr("href", `#${keyOf(link)}`));
  $('a[href$=".ipynb"], a[href*=".ipynb#"]').each((_, link) => lead($(link), linkOf($(link))));
  // The page stands alone: what lies beside the notebooks is named, not linked.
  $("main a[href]").each((_, link) => {
    const href = linkOf($(link));
    const isKept = /^(#|https?:|mailto:)/.test(href) || (appendix && href.startsWith(appendixFile));
    if (!isKept) $(link).replaceWith($(link).html() ?? "");
  });
  $('a[href^="#"]').each((_, link) => {
    const id = linkOf($(link)).slice(1);
    const number = merged.numbers[id];
    const elsewhere = appendix?.numbers[id];
    if (number) $(link).text(number);
    else if (elsewhere) $(link).text(elsewhere).attr("href", `${appendixFile}#${id}`);
    else if ($(`[id="${id}"]`).length === 0) lead($(link), `#${id}`);
  });
  const toc = `<nav aria-label="Contents"><h2>Contents</h2><ul>${contents.join("\n")}</ul></nav>`;
  const text = formulas.putBack(`${toc}<button id="show-code" type="button">show all code</button>${$.html()}`);
  const raw = load(text)("main")
    .clone()
    .find("pre, code, script, .katex")
    .remove()
    .end()
    .text()
    .match(/.{0,40}(\$[^$\n]{1,80}\$|\\(?:frac|mathbb|sqrt|bar)\b).{0,40}/);
  if (raw) throw new Error(`a formula was left as TeX: ${raw[0]}`);

  const style = readFileSync(join(here, "report.css"), "utf8");
  const script = safeScript(readFileSync(join(here, "report.js"), "utf8"));
  const plotly = safeScript(readFileSync(require.resolve("plotly.js/plotly-cartesian.min.js"), "utf8"));
  const comparison = safeScript(figure.comparisonScript);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf([plotly, comparison, script])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${runtime.escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${figure.fontFaces()}</style>
<style>${katexStyle()}</style>
<style>${style}</style>
</head>
<body${appendix ? ' class="paper"' : ""}>
<header>${opening}</header>
${text}
<script>${plotly}</script>
<script type="application/json" id="plots">${safeScript(JSON.stringify(merged.plots))}</script>
<script type="application/json" id="comparisons">${safeScript(JSON.stringify(merged.comparisons))}</script>
<script>${comparison}</script>
<script>${script}</script>
</body>
</html>
`;
  return { html, sections, numbers: merged.numbers };
}

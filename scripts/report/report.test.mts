import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { figure } from "ddpm-dip";
import type { Page } from "playwright-core";
import { notebookNames } from "../setup/places.mjs";
import { root } from "../setup/process.mjs";
import { temporaryFolder } from "../test/helpers.mjs";
import { Formulas } from "./mathematics.mjs";
import { chapterAnchor, mergeNotebooks, selectPaper } from "./merge.mjs";
import { type Cell, joinText, type Output, readNotebook } from "./notebook.mjs";
import { buildPage } from "./page.mjs";

const folder = temporaryFolder();
writeFileSync(join(folder, "a-figure.svg"), "<svg/>");

const notebook = (cells: Cell[]) => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
const code = (...outputs: Output[]): Cell => ({ cell_type: "code", source: "1", metadata: {}, outputs });
const figureOutput = (id: string): Output => ({
  output_type: "display_data",
  data: { "application/vnd.plotly.v1+json": { data: [], layout: {} }, "image/png": "" },
  metadata: { ddpmDip: { part: "figure", id, caption: "Where $a < b$." } },
});
const captionOutput: Output = {
  output_type: "display_data",
  data: {},
  metadata: { ddpmDip: { part: "caption", id: "a-figure" } },
};
/** A notebook of these cells, merged, and what pages with it are made of. */
function merge(...cells: Cell[]) {
  const formulas = new Formulas();
  const merged = mergeNotebooks([{ name: "01-a", notebook: notebook(cells) }], folder, formulas);
  const figures = merged.notebook.cells.flatMap(({ outputs = [] }) =>
    outputs.map(({ data }) => String(data?.["text/html"])),
  );
  return { merged, formulas, figures };
}
const page = (body: string, { merged, formulas } = merge(code())) =>
  buildPage({ title: "t", body, opening: "", merged, formulas }).html;

/** Opens a page in a browser. */
async function browse(html: string, look: (opened: Page, url: string) => Promise<void>): Promise<void> {
  const file = join(folder, "page.html");
  writeFileSync(file, html);
  const browser = await figure.launchBrowser();
  try {
    await look(await browser.newPage(), pathToFileURL(file).href);
  } finally {
    await browser.close();
  }
}

test("formulas are taken out of prose, left in code, and come back as HTML", () => {
  const formulas = new Formulas();
  const text = formulas.takeOut("costs $x_1*y_1$ and `$code$` and\n$$\\frac12$$ but 5$ and 6$");
  assert.equal(text, "costs xMATHx0x and `$code$` and\nxMATHx1x but 5$ and 6$");
  const html = formulas.putBack(text);
  assert.match(html, /costs <span class="katex">/);
  assert.match(html, /<span class="katex-display">/);
  assert.throws(() => formulas.takeOut("$\\frac{1}$"), /formula "\\frac\{1\}"/);
  assert.throws(() => formulas.putBack("xMATHx0x"), /formula 1 was lost/);
});

test("figures and tables get numbers and captions in their order, and loose captions go", () => {
  const { merged, figures } = merge(code(figureOutput("a-figure"), captionOutput));
  assert.deepEqual(merged.numbers, { "a-figure": "Figure 1" });
  assert.equal(figures.length, 1);
  assert.match(figures[0] ?? "", /<figcaption><b>Figure 1\.<\/b> Where xMATHx0x\.<\/figcaption>/);
});

test("an error output, a figure without its file and an id used twice refuse the report", () => {
  assert.throws(() => merge(code({ output_type: "error" })), /01-a, cell 1 shows an error/);
  assert.throws(() => merge(code(figureOutput("none"))), /01-a, cell 1: the figure .*none\.svg is missing/);
  const twice = code(figureOutput("a-figure"), figureOutput("a-figure"));
  assert.throws(() => merge(twice), /the id "a-figure" names two figures/);
});

test("the page folds code, numbers references, lists contents and needs no network", () => {
  const parts = merge(code(figureOutput("a-figure")));
  const body = `<h1>One</h1><p>see <a href="#a-figure">figure</a>, <a href="../README.md#x">the README</a></p><div class="cell code_cell"><div class="input"><pre>code</pre></div>${parts.figures}</div>`;
  const html = page(body, parts);
  assert.match(html, /see <a href="#a-figure">Figure 1<\/a>, the README</);
  assert.match(html, /<details class="code"><summary>code<\/summary>/);
  assert.match(html, /<li class="h1"><a href="#section-1">One<\/a><\/li>/);
  assert.doesNotMatch(html.slice(0, html.indexOf("<script>")), /(src|href)="https?:/);
});

test("links to notebooks lead to their sections in the report, by words or by number", () => {
  const headings = (name: string) =>
    `<a id="${chapterAnchor(name)}"></a><h1 id="T">T</h1><h2 id="4.3-It's-old:-x">4.3</h2>`;
  const link = (href: string) => `<p><a href="${href}">there</a></p>`;
  const body = (href: string) => `${headings("01-a")}${headings("02-b")}${link(href)}`;
  const led = (href: string) => /<p><a href="(.*?)">there/.exec(page(body(href)))?.[1];
  assert.equal(led("02-b.ipynb"), "#section-3");
  assert.equal(led("02-b.ipynb#4.3-It%27s-old:-x"), "#section-4");
  assert.equal(led("01-a.ipynb#4.3-New-words"), "#section-2");
  assert.equal(led("#4.3-It's-old:-x"), "#section-2");
  assert.throws(() => led("#4.4-None"), /refers to "#4\.4-None"/);
  assert.throws(() => led("02-b.ipynb#4.4-None"), /refers to "02-b\.ipynb#4\.4-None", which is not in it/);
  assert.throws(() => led("03-c.ipynb"), /refers to "03-c\.ipynb"/);
});

const markdown = (source: string, ...tags: string[]): Cell => ({ cell_type: "markdown", source, metadata: { tags } });

test("the paper has the tagged cells, those for its end last, and its captions name notebook and cell", () => {
  const untagged = code(figureOutput("b-figure"));
  const shown = { ...code(figureOutput("a-figure")), metadata: { tags: ["paper"] } };
  const chapters = [
    {
      name: "00-overview",
      notebook: notebook([markdown("last", "paper-end"), markdown("first", "paper"), markdown("none")]),
    },
    { name: "01-a", notebook: notebook([untagged, shown]) },
    { name: "02-b", notebook: notebook([markdown("none")]) },
  ];
  const selected = selectPaper(chapters);
  assert.deepEqual(
    selected.map(({ name, notebook: { cells } }) => [name, cells.length]),
    [
      ["00-overview", 1],
      ["01-a", 1],
      ["00-overview", 1],
    ],
  );
  const { notebook: merged, numbers } = mergeNotebooks(selected, folder, new Formulas(), {
    namesCells: true,
    prefix: "A",
  });
  assert.match(String(merged.cells[0]?.source), /first$/);
  assert.match(String(merged.cells[2]?.source), /last$/);
  assert.deepEqual(numbers, { "a-figure": "Figure A1" });
  const html = String(merged.cells[1]?.outputs?.[0]?.data?.["text/html"]);
  assert.match(html, /<span class="from">Notebook 1 \[2\]\.<\/span><\/figcaption>/);
});

test("the paper's sections are numbered anew, and links lead to them or to the appendix, by the number there", () => {
  const { merged, formulas } = merge(code());
  const opening = (name: string) => `<a id="${chapterAnchor(name)}"></a>`;
  const appendix = buildPage({
    ...{ title: "t", opening: "", merged: { ...merged, numbers: { "b-figure": "Figure A7" } }, formulas },
    body: `${opening("01-a")}<h1 id="1-A">1 A</h1><h2 id="1.1-B">1.1 B</h2><h2 id="1.2-C">1.2 C</h2><i id="b-figure"></i>`,
  });
  const link = (href: string, text: string) => `<p><a href="${href}">${text}</a></p>`;
  const { html } = buildPage({
    ...{ title: "t", opening: "", merged, formulas, appendix },
    body:
      `${opening("00-overview")}<h1 id="T">T</h1><h2 id="0.1-Abstract">0.1 Abstract</h2><h2 id="0.2-I">0.2 I</h2>` +
      `${opening("01-a")}<h1 id="1-A">1 A</h1><h2 id="1.2-C">1.2 C</h2>` +
      ["1.2", "1.1"].map((number) => link(`01-a.ipynb#${number}-${number === "1.2" ? "C" : "B"}`, number)).join("") +
      link("#b-figure", "a figure"),
  });
  const headings = [...html.matchAll(/<(h[12]) id="section-\d">([^<]*)</g)].map(
    ([, level, text]) => `${level} ${text}`,
  );
  assert.deepEqual(headings, ["h1 Abstract", "h1 1 I", "h1 2 A", "h2 2.1 C"]);
  assert.match(html, /<p><a href="#section-4">section 2\.1<\/a><\/p>/);
  assert.match(html, /<p><a href="appendix\.html#section-2">appendix 1\.1<\/a><\/p>/);
  assert.match(html, /<p><a href="appendix\.html#b-figure">Figure A7<\/a><\/p>/);
});

test("in a browser the page asks for nothing, reports no error, draws, compares and unfolds", async () => {
  const pixel =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const plot = figureOutput("a-figure");
  const curve = { data: [{ type: "scatter", x: [1, 2], y: [1, 2] }], layout: { width: 300, height: 200 } };
  plot.data = { "application/vnd.plotly.v1+json": curve };
  writeFileSync(join(folder, "a-pair.svg"), "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
  const pair = figureOutput("a-pair");
  const [before, after] = ["noisy", "restored"].map((label) => ({ source: pixel, label }));
  pair.data = { [figure.comparisonType]: { before, after, width: 100, height: 100 } };
  const parts = merge(code(plot, pair));
  const cell = `<div class="input"><pre>let a</pre></div>${parts.figures.join("")}`;
  await browse(page(`<h1>One</h1><div class="cell code_cell">${cell}</div>`, parts), async (opened, url) => {
    const errors: string[] = [];
    const requests: string[] = [];
    opened.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    opened.on("pageerror", (error) => errors.push(error.message));
    opened.on("request", (request) => !/^(data|blob):/.test(request.url()) && requests.push(request.url()));
    await opened.goto(url);
    await opened.locator("#a-figure .drawn .js-plotly-plot").waitFor();
    await opened.locator("#a-pair input[type=range]").press("ArrowRight");
    const at = await opened.locator("#a-pair .comparison").evaluate((box) => box.getAttribute("style"));
    assert.match(at ?? "", /--at: 51%/);
    const isVisible = (selector: string) => opened.locator(selector).isVisible();
    assert.equal(await isVisible("#a-pair > .plot > img"), false);
    assert.equal(await isVisible("details pre"), false);
    await opened.locator("#show-code").click();
    assert.equal(await isVisible("details pre"), true);
    await opened.locator("nav a").click();
    assert.match(opened.url(), /#section-1$/);
    await opened.emulateMedia({ media: "print" });
    assert.equal(await isVisible("#a-pair > .plot > img"), true);
    assert.equal(await isVisible("#a-pair .comparison"), false);
    assert.deepEqual(errors, []);
    assert.deepEqual(requests, [url]);
  });
});

test("what an output brings with it does not run in the page", async () => {
  const change = "document.title = 'live'";
  const hostile = `<h1>One</h1><img src="data:," onerror="${change}"><script>${change}</script>`;
  await browse(page(hostile), async (opened, url) => {
    await opened.goto(url);
    await opened.locator("#show-code").click();
    assert.equal(await opened.title(), "t");
  });
});

test("links between notebooks name headings as JupyterLab does", () => {
  const place = join(root, "notebooks");
  // Links of tables stand in what cells have written; in the code they are templates.
  const textOf = ({ cell_type, source, outputs = [] }: Cell) =>
    cell_type === "code" ? outputs.map((output) => joinText(output.data?.["text/markdown"])) : [joinText(source)];
  const sources = new Map(
    notebookNames().map((name) => [name, readNotebook(join(place, name)).cells.flatMap(textOf).join("\n")]),
  );
  const anchors = new Map(
    [...sources].map(([name, text]) => [
      name,
      [...text.matchAll(/^#{1,3} (.+)$/gm)].map(([, heading]) => (heading as string).trim().replace(/ /g, "-")),
    ]),
  );
  const dead = [...sources].flatMap(([name, text]) =>
    [...text.matchAll(/\]\((\d\d-[\w-]+\.ipynb|(?=#))(?:#([^)]+))?\)/g)].flatMap(([, file = "", anchor]) => {
      const known = anchors.get(file || name);
      return known && (anchor === undefined || known.includes(anchor)) ? [] : [`${name}: ${file}#${anchor}`];
    }),
  );
  assert.deepEqual(dead, []);
});

test("a dead reference and a formula left as TeX refuse the page", () => {
  assert.throws(() => page('<a href="#nowhere">x</a>'), /refers to "#nowhere", which is not in it/);
  assert.throws(() => page("<p>left $x_t$ here</p>"), /a formula was left as TeX/);
});

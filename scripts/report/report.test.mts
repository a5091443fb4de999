import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Formulas } from "./mathematics.mjs";
import { mergeNotebooks } from "./merge.mjs";
import type { Cell, Output } from "./notebook.mjs";
import { buildPage } from "./page.mjs";

const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-report-"));
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
const page = (body: string, merged: ReturnType<typeof mergeNotebooks>, formulas: Formulas) =>
  buildPage({ title: "t", body, opening: "", merged, formulas });

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
  const formulas = new Formulas();
  const chapter = { name: "01-a", notebook: notebook([code(figureOutput("a-figure"), captionOutput)]) };
  const merged = mergeNotebooks([chapter], folder, formulas);
  assert.deepEqual(merged.numbers, { "a-figure": "Figure 1" });
  assert.equal(merged.notebook.cells[0]?.outputs?.length, 1);
  const html = String(merged.notebook.cells[0]?.outputs?.[0]?.data?.["text/html"]);
  assert.match(html, /<figcaption><b>Figure 1\.<\/b> Where xMATHx0x\.<\/figcaption>/);
});

test("an error output, a figure without its file and an id used twice refuse the report", () => {
  const merge = (...outputs: Output[]) =>
    mergeNotebooks([{ name: "01-a", notebook: notebook([code(...outputs)]) }], folder, new Formulas());
  assert.throws(() => merge({ output_type: "error" }), /01-a, cell 1 shows an error/);
  assert.throws(() => merge(figureOutput("none")), /01-a, cell 1: the figure .*none\.svg is missing/);
  assert.throws(() => merge(figureOutput("a-figure"), figureOutput("a-figure")), /the id "a-figure" names two figures/);
});

test("the page folds code, numbers references, lists contents and needs no network", () => {
  const formulas = new Formulas();
  const merged = mergeNotebooks(
    [{ name: "01-a", notebook: notebook([code(figureOutput("a-figure"))]) }],
    folder,
    formulas,
  );
  const figureHtml = String(merged.notebook.cells[0]?.outputs?.[0]?.data?.["text/html"]);
  const body = `<h1>One</h1><p>see <a href="#a-figure">figure</a>, <a href="02-b.ipynb">notebook 2</a></p><div class="cell code_cell"><div class="input"><pre>code</pre></div>${figureHtml}</div>`;
  const html = page(body, merged, formulas);
  assert.match(html, /see <a href="#a-figure">Figure 1<\/a>, notebook 2/);
  assert.match(html, /<details class="code"><summary>code<\/summary>/);
  assert.match(html, /<li class="h1"><a href="#section-1">One<\/a><\/li>/);
  assert.doesNotMatch(html.slice(0, html.indexOf("<script>")), /(src|href)="https?:/);
});

test("a dead reference and a formula left as TeX refuse the page", () => {
  const formulas = new Formulas();
  const merged = mergeNotebooks([{ name: "01-a", notebook: notebook([code()]) }], folder, formulas);
  assert.throws(() => page('<a href="#nowhere">x</a>', merged, formulas), /refers to "nowhere", which is not in it/);
  assert.throws(() => page("<p>left $x_t$ here</p>", merged, formulas), /a formula was left as TeX/);
});

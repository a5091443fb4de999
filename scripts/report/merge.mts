import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { figure, runtime } from "ddpm-dip";
import type { Formulas } from "./mathematics.mjs";
import { type Cell, type FigureMark, joinText, type Notebook, type Output } from "./notebook.mjs";

/** The notebooks as one, and what its figures need. */
export interface Merged {
  notebook: Notebook;
  /** Interactive figures by id, as plotly.js takes them. */
  plots: Record<string, unknown>;
  /** Pairs of images by id, as `compareImages` takes them. */
  comparisons: Record<string, unknown>;
  /** What each id is called in the document, such as "Figure 3". */
  numbers: Record<string, string>;
}

/** How a document is put together. */
export interface Composition {
  /** Before the number of a figure or table, such as "A". */
  prefix?: string;
  /** Whether captions say which cell has computed what they describe. */
  namesCells?: boolean;
  /** Smaller pictures of large figures, by id, as data URIs. */
  pictures?: ReadonlyMap<string, string>;
}

export interface Chapter {
  name: string;
  notebook: Notebook;
}

const isTagged = ({ metadata }: Cell, tag: string) => metadata.tags?.includes(tag) ?? false;

/**
 * The cells of the paper: those tagged `paper` in the notebooks' order, then those tagged `paper-end`. Each keeps, as `place`, its
 * number among the code cells of its notebook, as Jupyter shows it.
 */
export function selectPaper(chapters: readonly Chapter[]): Chapter[] {
  const placed = chapters.map(({ name, notebook }) => {
    let place = 0;
    const cells = notebook.cells.map((cell) => {
      if (cell.cell_type === "code") place += 1;
      return { ...cell, metadata: { ...cell.metadata, place } };
    });
    return { name, notebook: { ...notebook, cells } };
  });
  const tagged = (tag: string) =>
    placed.flatMap(({ name, notebook }) => {
      const cells = notebook.cells.filter((cell) => isTagged(cell, tag));
      return cells.length > 0 ? [{ name, notebook: { ...notebook, cells } }] : [];
    });
  return [...tagged("paper"), ...tagged("paper-end")];
}

/** Whether a drawing, by the beginning of its SVG, is higher than 0.54 of its width: it gets more room on paper. */
function isTall(svg: string): boolean {
  const [, width, height] = /<svg[^>]*?\bwidth="([\d.]+)[^>]*?\bheight="([\d.]+)/.exec(svg) ?? [];
  return Number(height) > 0.54 * Number(width);
}

/** The id of the place in the report where a notebook begins. */
export function chapterAnchor(name: string): string {
  return `chapter-${name}`;
}

/**
 * Joins executed notebooks: figures and tables get numbers and captions, formulas are taken out, errors refuse the whole.
 * @param figuresFolder where the cells exported their SVG files to.
 * @throws Error naming the notebook and the cell of an error output or of a figure without its file.
 */
export function mergeNotebooks(
  chapters: Chapter[],
  figuresFolder: string,
  formulas: Formulas,
  { prefix = "", namesCells = false, pictures }: Composition = {},
): Merged {
  const plots: Record<string, unknown> = {};
  const comparisons: Record<string, unknown> = {};
  const numbers: Record<string, string> = {};
  const counts = { figure: 0, table: 0 };
  const captionOf = ({ id, part, caption = "" }: FigureMark, from: string): string => {
    if (numbers[id]) throw new Error(`the id "${id}" names two figures or tables`);
    const number = part === "figure" ? `Figure ${prefix}${++counts.figure}` : `Table ${prefix}${++counts.table}`;
    numbers[id] = number;
    const source = namesCells ? ` <span class="from">${runtime.escapeHtml(from)}</span>` : "";
    const words = runtime.escapeHtml(formulas.takeOut(caption)).replace(/`([^`]+)`/g, "<code>$1</code>");
    return `<figcaption><b>${number}.</b> ${words}${source}</figcaption>`;
  };

  const figureOf = (mark: FigureMark, data: NonNullable<Output["data"]>, where: string, from: string): string => {
    const { id } = mark;
    const file = join(figuresFolder, `${id}.svg`);
    if (!existsSync(file)) throw new Error(`${where}: the figure ${file} is missing`);
    const drawing = readFileSync(file);
    const source = pictures?.get(id) ?? `data:image/svg+xml;base64,${drawing.toString("base64")}`;
    const comparison = data[figure.comparisonType];
    if (comparison) comparisons[id] = comparison;
    else plots[id] = data["application/vnd.plotly.v1+json"];
    const alt = runtime.escapeHtml(mark.caption ?? "");
    const film = join(figuresFolder, `${id}.gif`);
    const moving = existsSync(film)
      ? `<img class="moving" src="data:image/gif;base64,${readFileSync(film).toString("base64")}" alt="${alt}">`
      : "";
    const tall = isTall(drawing.toString("utf8", 0, 500)) ? ' class="tall"' : "";
    const plot = `<div class="plot" data-${comparison ? "comparison" : "plot"}="${id}"><img src="${source}" alt="${alt}"></div>`;
    return `<figure id="${id}"${tall}>${plot}${moving}${captionOf(mark, from)}</figure>`;
  };

  const mergeOutput = (output: Output, where: string, from: string): Output[] => {
    if (output.output_type === "error") throw new Error(`${where} shows an error`);
    const { data = {}, metadata } = output;
    const show = (type: string, text: string): Output[] => [
      { output_type: "display_data", data: { [type]: text }, metadata: {} },
    ];
    const mark = metadata?.ddpmDip;
    if (mark?.part === "caption") return [];
    if (mark?.part === "figure") return show("text/html", figureOf(mark, data, where, from));
    if (mark?.part === "table") {
      const words = captionOf(mark, from);
      // A wide one is scrolled, by the keyboard as well.
      const attributes = `class="table" tabindex="0" aria-label="${numbers[mark.id]}"`;
      return show("text/html", `<figure id="${mark.id}" ${attributes}>${words}${joinText(data["text/html"])}</figure>`);
    }
    const markdown = data["text/markdown"];
    return markdown === undefined ? [output] : show("text/markdown", formulas.takeOut(joinText(markdown)));
  };

  const cells = chapters.flatMap(({ name, notebook }) =>
    notebook.cells.map((cell, index): Cell => {
      // What links to the notebook as a whole leads here.
      const anchor = index === 0 ? `<a id="${chapterAnchor(name)}"></a>\n\n` : "";
      const where = `${name}, cell ${index + 1}`;
      const source = joinText(cell.source);
      const from = `Notebook ${Number.parseInt(name, 10)} [${cell.metadata.place}].`;
      const id = `c${name.replace(/\W/g, "")}${index}${isTagged(cell, "paper-end") ? "end" : ""}`;
      if (cell.cell_type === "markdown") return { ...cell, id, source: anchor + formulas.takeOut(source) };
      const outputs = (cell.outputs ?? []).flatMap((output) => mergeOutput(output, where, from));
      return { ...cell, id, source, outputs };
    }),
  );
  return { notebook: { ...(chapters[0] as Chapter).notebook, cells }, plots, comparisons, numbers };
}

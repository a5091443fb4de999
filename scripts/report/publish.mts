import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { figure } from "ddpm-dip";
import sharp from "sharp";
import { root } from "../setup/process.mjs";
import { Formulas } from "./mathematics.mjs";
import { type Chapter, type Composition, mergeNotebooks, selectPaper } from "./merge.mjs";
import type { Notebook } from "./notebook.mjs";
import { buildPage, type Page, type PageParts } from "./page.mjs";

function convertToHtml(jupyter: string, notebook: Notebook, folder: string): string {
  const file = join(folder, "merged.ipynb");
  writeFileSync(file, JSON.stringify(notebook));
  const run = spawnSync(jupyter, ["nbconvert", "--to", "html", "--template", "basic", "--stdout", file], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) throw new Error(`nbconvert failed:\n${run.stderr}`);
  return run.stdout;
}

// The width between the margins that report.css sets on A4: 210 - 2 * 18 mm at 96 pixels an inch.
const printWidth = Math.floor(((210 - 36) / 25.4) * 96);
const findCut = `[...document.querySelectorAll("figure, table, .katex-display, pre")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 || element.getBoundingClientRect().right > innerWidth + 1)
  .filter((element) => element.checkVisibility())
  .map((element) => element.closest("figure")?.id || element.textContent.trim().slice(0, 40))`;

// Wide tables first get smaller type and less space, then lines that break, between numbers last.
const fitTables = `for (const table of document.querySelectorAll("table")) {
  const frame = table.closest("figure") ?? table.parentElement;
  for (const way of ["tight", "broken", "anywhere"]) if (table.scrollWidth > frame.clientWidth) table.classList.add(way);
}`;

async function printPdf(html: string, pdf: string): Promise<void> {
  const browser = await figure.launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: printWidth, height: 1000 } });
    await page.emulateMedia({ media: "print" });
    await page.goto(pathToFileURL(html).href);
    await page.evaluate("document.fonts.ready.then(() => undefined)");
    await page.evaluate(fitTables);
    // In print a link to a file beside would name a folder of this machine.
    await page.evaluate(
      `for (const link of document.querySelectorAll('a[href^="appendix"]')) link.removeAttribute("href")`,
    );
    const cut = (await page.evaluate(findCut)) as string[];
    if (cut.length > 0) throw new Error(`too wide for the PDF's page: ${cut.join(", ")}`);
    const footer = `<div style="width:100%;font-size:8px;text-align:center;color:#666"><span class="pageNumber"></span></div>`;
    await page.pdf({
      ...{ path: pdf, preferCSSPageSize: true, printBackground: true, outline: true, tagged: true },
      ...{ displayHeaderFooter: true, headerTemplate: "<span></span>", footerTemplate: footer },
    });
  } finally {
    await browser.close();
  }
}

export interface Publication {
  title: string;
  subtitle: string;
  /** Executed notebooks, in their order. */
  chapters: Chapter[];
  /** Where their cells exported figures to. */
  figuresFolder: string;
  /** Where the documents go. */
  folder: string;
  jupyter: string;
}

/**
 * Writes the paper, report.html and report.pdf, from the cells of executed notebooks that are tagged for it, and appendix.html and
 * appendix.pdf from all of them; both with the list of references.
 * @throws Error when there is no notebook, or as `mergeNotebooks` and `buildPage` do.
 */
export async function publish({
  title,
  subtitle,
  chapters,
  figuresFolder,
  folder,
  jupyter,
}: Publication): Promise<void> {
  const first = chapters[0];
  if (!first) throw new Error("there is no notebook to put into the report");
  const text = readFileSync(join(root, "notebooks", "references.md"), "utf8");
  // A notebook of one cell, so that nbconvert turns it into HTML as it does all others.
  const cells = [{ cell_type: "markdown" as const, source: text, metadata: {} }];
  const references = { name: "references", notebook: { ...first.notebook, cells } };
  const pictures = await shrinkFigures(figuresFolder);
  const write = async (
    name: string,
    cellsOf: Chapter[],
    composition: Composition,
    parts: Pick<PageParts, "title" | "opening" | "appendix">,
  ): Promise<Page> => {
    const formulas = new Formulas();
    const merged = mergeNotebooks([...cellsOf, references], figuresFolder, formulas, { ...composition, pictures });
    const body = convertToHtml(jupyter, merged.notebook, join(folder, "notebooks"));
    const page = buildPage({ ...parts, body, merged, formulas });
    const file = join(folder, `${name}.html`);
    writeFileSync(file, page.html);
    await printPdf(file, join(folder, `${name}.pdf`));
    return page;
  };
  const inFull = "Appendix: the notebooks in full";
  const opening = `<h1>${inFull}</h1><p>To “${title}”. ${subtitle}</p>`;
  const appendix = await write("appendix", chapters, { prefix: "A" }, { title: inFull, opening });
  const selected = selectPaper(chapters);
  if (selected.length === 0) return;
  const ofPaper = { title, opening: `<h1>${title}</h1><p>${subtitle}</p>`, appendix };
  await write("report", selected, { namesCells: true }, ofPaper);
}

/** Bytes from which a drawing is one of photographs, which is far smaller as a picture. */
const largeDrawing = 150_000;

/** The figures that consist of photographs, as pictures of twice their size. */
async function shrinkFigures(folder: string): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const [id, ending] = name.split(".");
    if (!id || ending !== "svg" || statSync(join(folder, name)).size < largeDrawing) continue;
    const jpeg = await sharp(join(folder, `${id}.png`))
      .flatten({ background: "white" })
      .jpeg({ quality: 88, mozjpeg: true, chromaSubsampling: "4:4:4" })
      .toBuffer();
    pictures.set(id, `data:image/jpeg;base64,${jpeg.toString("base64")}`);
  }
  return pictures;
}

import sharp from "sharp";
import { displayBundle, inNotebook } from "../runtime/display";
import { checkId, exportFiles } from "./exportFiles";
import { type PlotlySpec, renderFigure } from "./render";
import { completeLayout } from "./style";

/** What names a figure or a table: an id, under which it is exported, and a caption that states the finding. */
export interface Named {
  /** Lower-case words joined by hyphens; the report numbers figures and links to them by it. */
  id: string;
  caption: string;
}

/** A trace of plotly.js, https://plotly.com/javascript/reference/. */
export type Trace = { type?: string; name?: string } & Record<string, unknown>;

/** A figure: traces and what differs from the house layout. */
export interface Figure extends Named {
  data: Trace[];
  layout?: Record<string, unknown>;
}

/** Shows a paragraph of Markdown whose numbers come from records. Outside of a notebook it does nothing. */
export function showText(markdown: string): void {
  if (inNotebook()) displayBundle({ "text/markdown": markdown, "text/plain": markdown });
}

/** Shows the caption below an output, and in the report as its numbered caption. */
export function showCaption({ id, caption }: Named): void {
  displayBundle({ "text/markdown": `*${caption}*`, "text/plain": caption }, { ddpmDip: { part: "caption", id } });
}

/**
 * Shows a figure in the cell that is running and exports it as SVG and PNG under its id. The one output holds the
 * interactive figure for JupyterLab and a picture for GitHub. Outside of a notebook it only exports.
 * @throws RangeError for an id that is not one; Error when the browser fails or a file cannot be written.
 */
export async function showFigure(figure: Figure): Promise<void> {
  const { spec, png } = await exportFigure(figure);
  // JupyterLab shows the picture, at its own size, until the pointer enters it, then the interactive figure.
  const interactive = { ...spec, config: { displaylogo: false, responsive: false } };
  showPicture(figure, png, { "application/vnd.plotly.v1+json": interactive });
}

/** Shows a picture with its caption, and what a reader with JavaScript sees in its place. Outside of a notebook it does nothing. */
export function showPicture({ id, caption }: Named, png: Buffer, interactive: Record<string, unknown> = {}): void {
  if (!inNotebook()) return;
  displayBundle(
    { ...interactive, "image/png": png.toString("base64"), "text/plain": `figure ${id}` },
    { ddpmDip: { part: "figure", id, caption } },
  );
  showCaption({ id, caption });
}

/** Exports a figure as SVG and PNG under its id. @returns what plotly.js is given, and the picture in its own size. */
export async function exportFigure({ id, data, layout = {} }: Figure): Promise<{ spec: PlotlySpec; png: Buffer }> {
  checkId(id);
  const spec: PlotlySpec = { data, layout: completeLayout(layout) };
  const { svg, png } = await renderFigure(spec);
  await exportFiles({ [`${id}.svg`]: svg, [`${id}.png`]: png });
  const width = Number(spec.layout.width);
  return { spec, png: await sharp(png).resize({ width }).png({ palette: true, quality: 95, effort: 10 }).toBuffer() };
}

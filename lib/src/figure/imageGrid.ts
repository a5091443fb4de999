import sharp from "sharp";
import { bytesOfUri, dataUri } from "../runtime/dataUri";
import { exportFigure, type Figure, type Named, showPicture, type Trace } from "./show";
import { figureWidth } from "./style";

export interface GridImage {
  /** PNG as a data URI. */
  source: string;
  /** Printed above the picture, such as its PSNR; lines parted by <br>. */
  label?: string;
}

/** Rows of pictures, with a name before each row. */
export interface ImageGrid extends Named {
  rows: { name?: string; images: GridImage[] }[];
  columns?: string[];
  /** Largest side that a picture is drawn with, pixels. */
  largest?: number;
}

const gap = 8;
const labelHeight = 22;

/** Width and height of a PNG in a data URI, pixels. */
export async function sizeOf(source: string): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(bytesOfUri(source)).metadata();
  return { width, height };
}

/** Enlarges a PNG to at least twice the width by whole steps without smoothing, so that pixels are seen as they are. */
export async function enlarge(source: string, width: number): Promise<string> {
  const { width: own } = await sizeOf(source);
  const factor = Math.max(1, Math.ceil((2 * width) / own));
  const enlarged = await sharp(bytesOfUri(source))
    .resize({ width: own * factor, kernel: "nearest" })
    .png({ palette: false })
    .toBuffer();
  return dataUri(enlarged);
}

/** The figure of pictures side by side, each with its label. @throws RangeError when there is no picture. */
export async function layOutGrid({ id, caption, rows, columns = [], largest = 180 }: ImageGrid): Promise<Figure> {
  const columnCount = Math.max(0, ...rows.map((row) => row.images.length));
  if (columnCount === 0) throw new RangeError(`image grid "${id}": got no picture`);
  const nameWidth = rows.some((row) => row.name) ? 96 : 0;
  const cell = Math.min(largest, Math.floor((figureWidth - nameWidth - gap * (columnCount - 1)) / columnCount));
  const sizes = await Promise.all(
    rows.map(async ({ images: [first] }) => {
      const { width, height } = await sizeOf((first as GridImage).source);
      return Math.round((cell * height) / width);
    }),
  );
  const labelled = rows.map((row) =>
    Math.max(0, ...row.images.map(({ label }) => (label ? label.split("<br>").length : 0))),
  );
  const columnLabels = columns.length > 0 ? labelHeight : 0;
  const width = nameWidth + columnCount * cell + gap * (columnCount - 1);
  const images: Record<string, unknown>[] = [];
  const annotations: Record<string, unknown>[] = [];
  const text = (x: number, y: number, content: string, more: Record<string, unknown> = {}) =>
    annotations.push({ x, y, text: content, showarrow: false, xref: "x", yref: "y", ...more });
  const centreOf = (column: number) => nameWidth + column * (cell + gap) + cell / 2;
  columns.forEach((name, column) => {
    text(centreOf(column), labelHeight / 2, `<b>${name}</b>`);
  });
  let top = columnLabels;
  for (const [index, row] of rows.entries()) {
    const height = sizes[index] as number;
    const lines = (labelled[index] as number) * labelHeight;
    for (const [column, { source, label }] of row.images.entries()) {
      if (label) text(centreOf(column), top + lines / 2, label);
      const x = nameWidth + column * (cell + gap);
      const place = { xref: "x", yref: "y", x, y: top + lines, sizex: cell, sizey: height, sizing: "stretch" };
      images.push({ ...place, source: await enlarge(source, cell), xanchor: "left", yanchor: "top" });
    }
    if (row.name) text(nameWidth - 8, top + lines + height / 2, `<b>${row.name}</b>`, { xanchor: "right" });
    top += lines + height + gap;
  }
  const hidden = { visible: false, fixedrange: false };
  const corner: Trace = { type: "scatter", x: [0], y: [0], mode: "markers", marker: { opacity: 0 }, hoverinfo: "skip" };
  return {
    id,
    caption,
    data: [corner],
    layout: {
      width,
      height: top,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      showlegend: false,
      images,
      annotations,
      xaxis: { ...hidden, range: [0, width] },
      yaxis: { ...hidden, range: [top, 0] },
    },
  };
}

/**
 * Shows pictures side by side as one, enlarged without smoothing, each with its label, and exports them under the id.
 * @throws RangeError when there is no picture; what `showFigure` throws.
 */
export async function showImageGrid(grid: ImageGrid): Promise<void> {
  const { png } = await exportFigure(await layOutGrid(grid));
  showPicture(grid, png);
}

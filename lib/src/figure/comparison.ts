import { dataUri } from "../runtime/dataUri";
import { displayBundle, inNotebook } from "../runtime/display";
import { escapeHtml } from "../runtime/markup";
import { comparisonScript } from "./comparisonScript";
import { enlarge, type GridImage, layOutGrid, sizeOf } from "./imageGrid";
import { exportFigure, type Named, showCaption } from "./show";

interface Comparison {
  before: Required<GridImage>;
  after: Required<GridImage>;
}

/** What the browser is given, under this media type and as the argument of `compareImages`. */
type ComparisonData = Comparison & { width: number; height: number };

export const comparisonType = "application/vnd.ddpm-dip.comparison+json";

/** For JupyterLab: the slider, and where no script may run, as on GitHub, the picture of both. */
export function outputHtml(picture: Buffer, data: ComparisonData): string {
  const json = JSON.stringify(data).replace(/</g, "\\u003c");
  const text = escapeHtml(`${data.before.label} and ${data.after.label}`);
  const still = `<div class="comparison-still"><img src="${dataUri(picture)}" alt="${text}"></div>`;
  const enhance = `const still = document.currentScript.previousElementSibling;
still.replaceChildren();
compareImages(still, ${json});`;
  return `${still}<script>(() => {\n${comparisonScript}\n${enhance}\n})();</script>`;
}

/**
 * Shows two pictures over each other with a handle to draw across them, and exports both side by side under the id:
 * the slider for JupyterLab and the HTML report, the picture for GitHub and the PDF.
 * @param before seen left of the handle; labels say what each picture is. @param width as drawn, pixels.
 * @throws RangeError when the two are of different sizes; what `showFigure` throws.
 */
export async function showComparison({
  id,
  caption,
  before,
  after,
  width = 360,
}: Named & Comparison & { width?: number }): Promise<void> {
  const [one, other] = await Promise.all([sizeOf(before.source), sizeOf(after.source)]);
  if (one.width !== other.width || one.height !== other.height) {
    throw new RangeError(
      `comparison "${id}": got pictures of ${one.width}x${one.height} and ${other.width}x${other.height}, want one size`,
    );
  }
  const grid = await layOutGrid({ id, caption, rows: [{ images: [before, after] }], largest: width });
  const { png } = await exportFigure(grid);
  if (!inNotebook()) return;
  const data: ComparisonData = {
    before: { source: await enlarge(before.source, width), label: before.label },
    after: { source: await enlarge(after.source, width), label: after.label },
    width,
    height: Math.round((width * one.height) / one.width),
  };
  displayBundle(
    { "text/html": outputHtml(png, data), [comparisonType]: data, "text/plain": `figure ${id}` },
    { ddpmDip: { part: "figure", id, caption } },
  );
  showCaption({ id, caption });
}

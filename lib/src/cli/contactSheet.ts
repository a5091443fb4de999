import { fontFaces, fontFamily } from "../figure";
import { tf } from "../runtime";
import { readPhoto, tensorsOf } from "./photoFile";
import type { PlannedPhoto } from "./planRun";
import { drawPreviews, type Previews } from "./previews";
import type { PhotoResult } from "./resultRecord";
import { filesOf, tellError } from "./results";
import type { Outcome } from "./runPhotos";
import type { Settings } from "./settings";

/** The page's style: plain, one column of cards, three pictures beside each other. */
const style = `
body{font:15px/1.5 "${fontFamily}",sans-serif;color:#222;background:#f4f4f2;margin:0;padding:32px 24px}
main{max-width:1080px;margin:auto}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:0}
p{margin:4px 0}small,figcaption,dt{color:#666}
section{background:#fff;border:1px solid #ddd;border-radius:6px;padding:18px 20px;margin:18px 0}
.pictures{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:12px 0}
figure{margin:0}img{width:100%;display:block;image-rendering:pixelated;background:repeating-conic-gradient(#ddd 0 25%,#fff 0 50%) 0 0/16px 16px}
img.large{image-rendering:auto}figcaption{font-size:13px;padding-top:4px}
dl{display:flex;flex-wrap:wrap;gap:6px 32px;margin:8px 0}dt{font-size:13px}dd{margin:0;font-weight:700}
ul{margin:8px 0 0;padding-left:20px}.failed{border-left:4px solid #D55E00}summary{cursor:pointer;color:#0072B2}`;

export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** What the sheet is about. */
interface SheetContext {
  out: string;
  settings: Settings;
}

/** The pictures of a finished photo, drawn anew from its files. */
async function draw({ photo, mask }: PlannedPhoto, { out, settings }: SheetContext): Promise<Previews> {
  const before = await readPhoto(photo.file, { longest: settings.size, mask });
  const owned = tensorsOf(before);
  try {
    const after = await readPhoto(filesOf(out, photo).picture);
    owned.push(...tensorsOf(after));
    return await drawPreviews(before.image, after.image, before.known);
  } finally {
    tf.dispose(owned);
  }
}

function facts(result: PhotoResult, { task, sigma: given }: Settings): [string, string][] {
  const noise = `${(255 * result.sigma).toFixed(1)} of 255, ${result.sigmaEstimated ? "estimated from the photo" : "as given"}`;
  const whose = task === "denoise" ? "Estimated error" : "Estimated error of DIP's image, where the diffusion started";
  return [
    ...(task === "denoise" || given ? ([["Noise, sigma", noise]] as [string, string][]) : []),
    [whose, tellError(result.risk)],
    ["Size", `${result.width} × ${result.height}${result.tiles > 1 ? `, ${result.tiles} tiles` : ""}`],
    ["Time", `${result.seconds.toFixed(1)} s`],
    ["Work", `${result.iterations} iterations of DIP, ${result.evaluations} evaluations of the DDPM`],
  ];
}

/** How the estimated error hangs on an estimated noise level, said where that is so. */
function caution({ risk, sigma, sigmaEstimated }: PhotoResult): string {
  if (!sigmaEstimated) return "";
  const lower = tellError(risk + (1 - 0.95 ** 2) * sigma ** 2);
  return `<p>The noise level was estimated from the photo. Fine texture counts as noise, and an estimate that is too high makes the error look smaller than it is: were sigma 5 % lower, the estimated error would be about ${lower}. Where you know the level, give it by --sigma.</p>`;
}

function reasonList(reasons: string[]): string {
  const list = `<ul>${reasons.map((reason) => `<li>${escapeHtml(reason)}</li>`).join("")}</ul>`;
  return reasons.length <= 6
    ? list
    : `<details><summary>What was chosen, and why, tile by tile</summary>${list}</details>`;
}

async function card(outcome: Outcome<PhotoResult>, planned: PlannedPhoto, context: SheetContext): Promise<string> {
  const title = `<h2>${escapeHtml(outcome.photo.name)}</h2>`;
  const { result, error } = outcome;
  if (!result) {
    const text = error === undefined ? "Not reached before the run was stopped." : `Failed: ${error}`;
    return `<section class="failed">${title}<p>${escapeHtml(text)}</p></section>`;
  }
  const { before, after, difference, gain } = await draw(planned, context);
  const { settings } = context;
  const large = Math.max(result.width, result.height) > 320 ? ' class="large"' : "";
  const picture = (source: string, caption: string) =>
    `<figure><img${large} src="${source}" alt="${escapeHtml(`${outcome.photo.name}, ${caption}`)}"><figcaption>${caption}</figcaption></figure>`;
  const pictures = [
    picture(before, settings.task === "inpaint" ? "before; what is missing in grey" : "before"),
    picture(after, "after"),
    picture(
      difference,
      `after minus before${settings.task === "super-resolve" ? " (enlarged, bicubic)" : ""}, ×${gain}; grey is no change`,
    ),
  ];
  const items = facts(result, settings).map(
    ([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<section>${title}<div class="pictures">${pictures.join("")}</div><dl>${items.join("")}</dl>${caution(result)}${reasonList(result.reasons)}</section>`;
}

/** A page of all photos of a run: pictures, estimated errors, reasons. It stands alone: nothing is loaded from elsewhere. */
export async function contactSheet(
  outcomes: readonly Outcome<PhotoResult>[],
  planned: readonly PlannedPhoto[],
  context: SheetContext,
): Promise<string> {
  const { settings } = context;
  const cards: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    cards.push(await card(outcome, planned[index] as PlannedPhoto, context));
  }
  const finished = outcomes.filter(({ result }) => result).length;
  const names: Record<Settings["task"], string> = {
    denoise: "Noise removed",
    inpaint: "Missing pixels filled in",
    "super-resolve": `Enlarged ${settings.factor} times`,
  };
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${names[settings.task]}: ${finished} photos</title>
<style>${fontFaces("<b>")}${style}</style>
<main><h1>${names[settings.task]}</h1>
<p>${finished} of ${outcomes.length} ${outcomes.length === 1 ? "photo" : "photos"}, by Deep Image Prior and a DDPM together. The errors are estimated without the clean photos.</p>
${cards.join("\n")}
</main></html>
`;
}

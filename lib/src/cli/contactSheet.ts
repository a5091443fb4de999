import { createHash } from "node:crypto";
import { fontFaces, fontFamily } from "../figure";
import { escapeHtml } from "../runtime/markup";
import type { RunInputs } from "./planRun";
import { isIntact } from "./previews";
import type { PhotoResult } from "./resultRecord";
import { tellError } from "./results";
import type { Outcome } from "./runPhotos";
import type { Settings } from "./settings";

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

type SheetContext = Pick<RunInputs, "out" | "settings">;

function addressOf(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The pictures of a photo that are still what was written, and a word where one is not. */
function pictureRow(name: string, { previews, width, height }: PhotoResult, { out, settings }: SheetContext): string {
  const { before, after, difference, gain } = previews;
  const large = Math.max(width, height) > 320 ? ' class="large"' : "";
  const picture = ({ source, caption }: { source: string; caption: string }) =>
    `<figure><img${large} loading="lazy" src="${escapeHtml(addressOf(source))}" alt="${escapeHtml(`${name}, ${caption}`)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
  const enlarged = settings.task === "super-resolve" ? " (enlarged, bicubic)" : "";
  const pictures = [
    { source: before, caption: settings.task === "inpaint" ? "before; what is missing in grey" : "before" },
    { source: after, caption: "after" },
    { source: difference, caption: `after minus before${enlarged}, ×${gain}; grey is no change` },
  ];
  const there = pictures.filter(({ source }) => isIntact(out, source));
  const word =
    "<p>A picture that is damaged or missing here is left out; the same command with --fresh draws it again.</p>";
  return `<div class="pictures">${there.map(picture).join("")}</div>${there.length < pictures.length ? word : ""}`;
}

function facts(result: PhotoResult, { task, sigma: given }: Settings): [string, string][] {
  const noise = `${(255 * result.sigma).toFixed(1)} of 255, ${result.sigmaEstimated ? "estimated from the photo" : "as given"}`;
  const whose = task === "denoise" ? "Estimated error" : "Estimated error of DIP's image, where the diffusion started";
  return [
    ...(task === "denoise" || given ? ([["Noise, sigma", noise]] as [string, string][]) : []),
    [whose, tellError(result.risk)],
    ["Size", `${result.width} × ${result.height}${result.tiles > 1 ? `, ${result.tiles} tiles` : ""}`],
    ["Time", `${result.seconds.toFixed(1)} s`],
    [
      "Work",
      `${result.iterations > 0 ? `${result.iterations} iterations of DIP, ` : ""}${result.evaluations} evaluations`,
    ],
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

function hindrance({ status, result, error }: Outcome): string | undefined {
  const former = result ? " Shown is what a former run made of it." : "";
  if (status === "failed") return `Failed: ${error}${former && `.${former}`}`;
  return status === "not reached" ? `Not reached before the run was stopped.${former}` : undefined;
}

function card(outcome: Outcome, context: SheetContext): string {
  const { photo, status, result, notices } = outcome;
  const title = escapeHtml(photo.name);
  const remarks = [...(notices ?? []), ...(status === "kept" ? [`${photo.file} was no part of the last run.`] : [])]
    .map((text) => `<p>${escapeHtml(text)}</p>`)
    .join("");
  const why = hindrance(outcome);
  const told = `${why === undefined ? "" : `<p>${escapeHtml(why)}</p>`}${remarks}`;
  const section = `<section${why === undefined ? "" : ' class="failed"'}>`;
  if (!result) return `${section}<h2>${title}</h2>${told}</section>`;
  const address = escapeHtml(addressOf(`${photo.name}.png`));
  const items = facts(result, context.settings).map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `${section}<h2><a href="${address}">${title}</a></h2>${pictureRow(photo.name, result, context)}<dl>${items.join("")}</dl>${caution(result)}${reasonList(result.reasons)}${told}</section>`;
}

/** What a page may do: show its own style, its fonts inside and pictures from beside it. No script, whatever a name holds. */
function policyOf(css: string): string {
  const digest = createHash("sha256").update(css).digest("base64");
  return `default-src 'none'; style-src 'sha256-${digest}'; font-src data:; img-src 'self' file:; base-uri 'none'; form-action 'none'`;
}

/** A page of all photos of a run, made of their records alone: pictures that lie beside it, estimated errors, reasons. */
export function contactSheet(outcomes: readonly Outcome[], context: SheetContext): string {
  const { settings } = context;
  const cards = outcomes.map((outcome) => card(outcome, context));
  const finished = outcomes.filter((outcome) => hindrance(outcome) === undefined).length;
  const names: Record<Settings["task"], string> = {
    denoise: "Noise removed",
    inpaint: "Missing pixels filled in",
    "super-resolve": `Enlarged ${settings.factor} times`,
  };
  const css = `${fontFaces("<b>")}${style}`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOf(css)}">
<meta name="viewport" content="width=device-width">
<title>${names[settings.task]}: ${finished} photos</title>
<style>${css}</style>
<main><h1>${names[settings.task]}</h1>
<p>${finished} of ${outcomes.length} ${outcomes.length === 1 ? "photo" : "photos"}, by Deep Image Prior and a DDPM together. The errors are estimated without the clean photos.</p>
${cards.join("\n")}
</main></html>
`;
}

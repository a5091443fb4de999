import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { fontFamily } from "./style";

/** What plotly.js is given; the layout names the width and the height. */
export interface PlotlySpec {
  data: unknown[];
  layout: Record<string, unknown>;
}

/** Seconds without a figure after which the browser is closed. */
const idleSeconds = 20;

let opened: Promise<{ browser: Browser; page: Page }> | undefined;
let closing: NodeJS.Timeout | undefined;
let queue: Promise<unknown> = Promise.resolve();

const scripts = [
  { subset: "latin", range: "U+0000-00FF,U+0131,U+0152-0153,U+2000-206F,U+20AC,U+2122,U+2212", letters: /./ },
  { subset: "greek", range: "U+0370-03FF", letters: /[\u0370-\u03ff]/ },
];

/**
 * The style sheet that declares the typeface, its files inside: for pages, and for SVG files that stand alone.
 * @param text what is to be set; the Greek and the bold files are left out where it needs none of them.
 */
export function fontFaces(text = "α<b>"): string {
  const weights = /<b>|font-weight: (bold|[6-9]00)/.test(text) ? [400, 700] : [400];
  return scripts
    .filter(({ letters }) => letters.test(text))
    .flatMap(({ subset, range }) =>
      weights.map((weight) => {
        const file = require.resolve(`@fontsource/open-sans/files/open-sans-${subset}-${weight}-normal.woff2`);
        const source = `url(data:font/woff2;base64,${readFileSync(file).toString("base64")}) format("woff2")`;
        return `@font-face{font-family:"${fontFamily}";font-weight:${weight};src:${source};unicode-range:${range}}`;
      }),
    )
    .join("");
}

async function openPage(): Promise<{ browser: Browser; page: Page }> {
  const browser = await launchBrowser();
  const page = await browser.newPage({ deviceScaleFactor: 2 });
  await page.setContent(`<style>${fontFaces()}</style><p style="font-family:${fontFamily}">aα<b>bβ</b></p>`);
  await page.addScriptTag({ path: require.resolve("plotly.js/plotly-cartesian.min.js") });
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  return { browser, page };
}

/** Closes the browser now. A later figure starts it again. */
export async function closeRenderer(): Promise<void> {
  clearTimeout(closing);
  const current = opened;
  opened = undefined;
  if (current) await (await current).browser.close();
}

// Runs in the page. Plotly names clip paths by random numbers: seeded, the same figure gives the same file.
const drawScript = `async ({ data, layout }) => {
  let state = 1;
  Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  document.body.innerHTML = '<div id="figure"></div>';
  Object.assign(document.getElementById("figure").style, { width: layout.width + "px", height: layout.height + "px" });
  await Plotly.newPlot("figure", data, layout, { staticPlot: true });
  const svg = await Plotly.toImage("figure", { format: "svg", width: layout.width, height: layout.height });
  return decodeURIComponent(svg.slice(svg.indexOf(",") + 1));
}`;

/**
 * Draws a figure by plotly.js in a headless browser.
 * @returns the SVG, which stands alone with its typeface inside, and a PNG at twice the size.
 * @throws Error with plotly's or the browser's message.
 */
export function renderFigure(spec: PlotlySpec): Promise<{ svg: string; png: Buffer }> {
  const drawn = queue.then(async () => {
    clearTimeout(closing);
    opened ??= openPage();
    opened.catch(() => {
      opened = undefined;
    });
    const { page } = await opened;
    const drawnSvg = (await page.evaluate(`(${drawScript})(${JSON.stringify(spec)})`)) as string;
    // A screenshot, for a rasterised SVG would not see the page's typeface.
    const png = await page.locator("#figure").screenshot({ animations: "disabled" });
    return { svg: drawnSvg.replace(/<svg\b[^>]*>/, (open) => `${open}<style>${fontFaces(drawnSvg)}</style>`), png };
  });
  queue = drawn
    .catch(() => undefined)
    .then(() => {
      closing = setTimeout(() => void closeRenderer(), idleSeconds * 1000);
      closing.unref();
    });
  return drawn;
}

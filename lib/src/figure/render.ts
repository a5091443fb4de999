import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { fontFamily } from "./style";

/** A drawn figure. */
export interface Rendering {
  svg: string;
  png: Buffer;
}

/** What plotly.js is given. */
export interface PlotlySpec {
  data: unknown[];
  layout: Record<string, unknown>;
}

/** Seconds without a figure after which the browser is closed. */
const idleSeconds = 20;

let opened: Promise<{ browser: Browser; page: Page }> | undefined;
let closing: NodeJS.Timeout | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** The style sheet that declares the typeface, its files inside; for pages and for SVG files that stand alone. */
export function fontFaces(): string {
  return [400, 700]
    .map((weight) => {
      const file = require.resolve(`@fontsource/open-sans/files/open-sans-latin-${weight}-normal.woff2`);
      const source = `url(data:font/woff2;base64,${readFileSync(file).toString("base64")})`;
      return `@font-face{font-family:"${fontFamily}";font-weight:${weight};src:${source} format("woff2")}`;
    })
    .join("");
}

async function openPage(): Promise<{ browser: Browser; page: Page }> {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await page.setContent(`<style>${fontFaces()}</style><p style="font-family:${fontFamily}">a<b>b</b></p>`);
  await page.addScriptTag({ path: require.resolve("plotly.js/plotly.min.js") });
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
  const holder = document.createElement("div");
  document.body.append(holder);
  await Plotly.newPlot(holder, data, layout);
  const size = { width: layout.width, height: layout.height };
  const svg = await Plotly.toImage(holder, { format: "svg", ...size });
  const png = await Plotly.toImage(holder, { format: "png", scale: 2, ...size });
  Plotly.purge(holder);
  holder.remove();
  return { svg: decodeURIComponent(svg.slice(svg.indexOf(",") + 1)), png: png.slice(png.indexOf(",") + 1) };
}`;

/**
 * Draws a figure by plotly.js in a headless browser.
 * @returns the SVG, which stands alone with its typeface inside, and a PNG at twice the size.
 * @throws Error with plotly's or the browser's message.
 */
export function renderFigure(spec: PlotlySpec): Promise<Rendering> {
  const drawn = queue.then(async () => {
    clearTimeout(closing);
    opened ??= openPage();
    opened.catch(() => {
      opened = undefined;
    });
    const { page } = await opened;
    const result = (await page.evaluate(`(${drawScript})(${JSON.stringify(spec)})`)) as { svg: string; png: string };
    const svg = result.svg.replace(/<svg\b[^>]*>/, (open) => `${open}<style>${fontFaces()}</style>`);
    return { svg, png: Buffer.from(result.png, "base64") };
  });
  queue = drawn
    .catch(() => undefined)
    .then(() => {
      closing = setTimeout(() => void closeRenderer(), idleSeconds * 1000);
      closing.unref();
    });
  return drawn;
}

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import {
  closeRenderer,
  completeLayout,
  showFigure,
  showImageGrid,
  showIterationSlider,
  showTable,
  tableHtml,
} from "../../src/figure";
import { temporaryFolder } from "../helpers";

const folder = temporaryFolder();
process.env.DDPM_DIP_FIGURES = folder;
after(closeRenderer);
const curve = {
  data: [{ type: "scatter", x: [1, 2], y: [3, 4], name: "σ" }],
  layout: { xaxis: { title: { text: "step" } } },
};

test("a figure is exported as SVG with its typeface inside and as PNG at twice its size, the same each time", async () => {
  await showFigure({ id: "a-curve", caption: "c", ...curve });
  const svg = readFileSync(join(folder, "a-curve.svg"), "utf8");
  assert.match(svg, /^<svg[^>]*><style>@font-face\{font-family:"Open Sans"/);
  assert.ok(svg.includes(">step<"));
  const { width, height, format } = await sharp(join(folder, "a-curve.png")).metadata();
  assert.deepEqual([width, height, format], [1520, 800, "png"]);
  await showFigure({ id: "b-curve", caption: "c", ...curve });
  assert.equal(readFileSync(join(folder, "b-curve.svg"), "utf8"), svg);
});

test("a grid shows each picture's pixels enlarged without smoothing", async () => {
  const pixels = { raw: { width: 2, height: 1, channels: 3 } } as const;
  const png = await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), pixels)
    .png()
    .toBuffer();
  const source = `data:image/png;base64,${png.toString("base64")}`;
  await showImageGrid({ id: "a-grid", caption: "c", rows: [{ images: [{ source, label: "l" }] }], largest: 100 });
  const { data, info } = await sharp(join(folder, "a-grid.png"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colourAt = (x: number, y: number) =>
    Array.from(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3));
  const middle = Math.round(info.height / 2) + 20;
  assert.deepEqual(colourAt(50, middle), [255, 0, 0]);
  assert.deepEqual(colourAt(150, middle), [0, 0, 255]);
  await assert.rejects(showImageGrid({ id: "none", caption: "c", rows: [] }), /image grid "none": got no picture/);
});

test("a slider is exported at its start, without the slider, and wants an image and a value there", async () => {
  const pixels = { raw: { width: 1, height: 1, channels: 3 } } as const;
  const source = async (colour: number[]) =>
    `data:image/png;base64,${(await sharp(Buffer.from(colour), pixels).png().toBuffer()).toString("base64")}`;
  const slider = {
    id: "a-slider",
    caption: "c",
    title: "PSNR, dB",
    curve: { iteration: [10, 20], value: [12, 21.04] },
    images: [
      { iteration: 10, source: await source([255, 0, 0]) },
      { iteration: 20, source: await source([0, 0, 255]) },
    ],
  };
  await showIterationSlider({ ...slider, start: 20 });
  const svg = readFileSync(join(folder, "a-slider.svg"), "utf8");
  assert.ok(svg.includes("iteration 20: 21.0") && !svg.includes("slider-"));
  const picture = sharp(join(folder, "a-slider.png")).removeAlpha().raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  const at = (150 * info.width + info.width - 200) * 3;
  assert.deepEqual(Array.from(data.subarray(at, at + 3)), [0, 0, 255]);
  await assert.rejects(showIterationSlider({ ...slider, start: 15 }), /got no image of iteration 15/);
  const late = [...slider.images, { iteration: 30, source: "" }];
  await assert.rejects(showIterationSlider({ ...slider, images: late, start: 10 }), /no value at iteration 30/);
});

test("a table is exported as CSV by danfo.js, with text quoted where it must be", async () => {
  await showTable({
    id: "a-table",
    caption: "c",
    rows: [
      { rule: 'a, "b"', psnr: 1.5 },
      { rule: "c", psnr: -2 },
    ],
  });
  assert.equal(readFileSync(join(folder, "a-table.csv"), "utf8"), 'rule,psnr\n"a, ""b""",1.5\nc,-2\n');
});

test("a table's HTML escapes text and aligns numbers", () => {
  const html = tableHtml({ rows: [{ rule: "<b>", psnr: 1.239 }], titles: { psnr: "PSNR" }, digits: { psnr: 2 } });
  assert.ok(html.includes("&lt;b&gt;"));
  assert.ok(html.includes('<td style="text-align:right">1.24</td>'));
  assert.ok(html.includes(">PSNR</th>"));
});

test("bad ids and rows that do not fit are refused and write nothing", async () => {
  const before = readdirSync(folder).length;
  await assert.rejects(showFigure({ id: "../x", caption: "c", ...curve }), /figure id: got "\.\.\/x"/);
  await assert.rejects(showTable({ id: "t", caption: "c", rows: [] }), /table "t": got no row/);
  await assert.rejects(
    showTable({ id: "t", caption: "c", rows: [{ a: 1 }, { b: 1 }] }),
    /row 1 has the columns b, want a/,
  );
  assert.equal(readdirSync(folder).length, before);
});

test("a browser that is not there is named", async () => {
  await closeRenderer();
  process.env.CHROME_PATH = join(folder, "no-browser");
  await assert.rejects(
    showFigure({ id: "no-figure", caption: "c", ...curve }),
    /no-browser is missing; CHROME_PATH names no file/,
  );
  delete process.env.CHROME_PATH;
  assert.equal(existsSync(join(folder, "no-figure.svg")), false);
});

test("the house layout gives way to a figure's own settings and reaches every axis", () => {
  const layout = completeLayout({ height: 100, yaxis2: { side: "right" } });
  assert.equal(layout.height, 100);
  assert.equal((layout.yaxis2 as Record<string, unknown>).side, "right");
  assert.equal((layout.yaxis2 as Record<string, unknown>).automargin, true);
});

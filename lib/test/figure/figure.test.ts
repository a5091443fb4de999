import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { closeRenderer, completeLayout, showFigure, showImageGrid, showTable, tableHtml } from "../../src/figure";
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
  const rows = [{ rule: "<b>", psnr: 1.239, wins: 0.333 }];
  const html = tableHtml({ rows, titles: { psnr: "PSNR" }, digits: { psnr: 2, wins: "%" } });
  assert.match(html, />33 %</);
  assert.ok(html.includes("&lt;b&gt;"));
  assert.ok(html.includes('<td style="text-align:right">1.24</td>'));
  assert.ok(html.includes(">PSNR</th>"));
  const long = tableHtml({ rows: [{ a: 1, b: 2 }], titles: { a: "95 %", b: "number off by" } });
  assert.ok(long.includes(">95\u00a0%</th>") && long.includes(">number off by</th>"));
});

const cellsOf = (html: string) => [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);

test("the best of a column is bold, with the rows that show the same", () => {
  const rows = [
    { rule: "a", psnr: 30.123, seconds: 2, text: "+0.10 dB (won)" },
    { rule: "b", psnr: 30.121, seconds: 1, text: "−0.20 dB" },
    { rule: "c", psnr: 29, seconds: "", text: "" },
  ];
  const html = tableHtml({ rows, digits: { psnr: 2 }, best: { psnr: "max", seconds: "min", text: "max" } });
  assert.deepEqual(cellsOf(html), [
    ...["a", "<b>30.12</b>", "2", "<b>+0.10 dB (won)</b>"],
    ...["b", "<b>30.12</b>", "<b>1</b>", "−0.20 dB"],
    ...["c", "29.00", "", ""],
  ]);
  assert.throws(() => tableHtml({ rows, best: { ssim: "max" } }), /got the column "ssim", want one of rule,psnr/);
});

test("columns of numbers, intervals and shares stand to the right, points under each other", () => {
  const rows = [
    { a: 0.125, interval: "28.29 to 30.76", won: "6 of 9", share: "80 %", note: "3 runs of b" },
    { a: 1, interval: "−1.00 to 2.00", won: "", share: "–", note: "x" },
  ];
  const html = tableHtml({ rows });
  const aligned = [...html.matchAll(/<th style="text-align:(\w+)">(\w+)/g)].map(([, align, key]) => `${key} ${align}`);
  assert.deepEqual(aligned, ["a right", "interval right", "won right", "share right", "note left"]);
  assert.ok(html.includes(">1\u2008\u2007\u2007\u2007<"));
});

test("marks leave the exported table as it is, and one that cannot be made exports nothing", async () => {
  const rows = [{ rule: "a", psnr: 1.5 }];
  await showTable({ id: "marked", caption: "c", rows, best: { psnr: "max" } });
  assert.equal(readFileSync(join(folder, "marked.csv"), "utf8"), "rule,psnr\na,1.5\n");
  await assert.rejects(showTable({ id: "unmarked", caption: "c", rows, best: { none: "max" } }), /column "none"/);
  assert.equal(existsSync(join(folder, "unmarked.csv")), false);
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

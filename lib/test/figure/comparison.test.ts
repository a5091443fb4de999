import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { closeRenderer, launchBrowser, showComparison } from "../../src/figure";
import { outputHtml } from "../../src/figure/comparison";
import { temporaryFolder } from "../helpers";

const folder = temporaryFolder();
process.env.DDPM_DIP_FIGURES = folder;
after(closeRenderer);

async function plainPicture(colour: number[], width = 2): Promise<string> {
  const raw = { width, height: 1, channels: 3 } as const;
  const pixels = Buffer.from(Array.from({ length: width }, () => colour).flat());
  return `data:image/png;base64,${(await sharp(pixels, { raw }).png().toBuffer()).toString("base64")}`;
}

test("both pictures are exported side by side with their labels", async () => {
  const [red, blue] = [await plainPicture([255, 0, 0]), await plainPicture([0, 0, 255])];
  await showComparison({
    id: "a-pair",
    caption: "c",
    before: { source: red, label: "noisy" },
    after: { source: blue, label: "restored" },
    width: 100,
  });
  const svg = readFileSync(join(folder, "a-pair.svg"), "utf8");
  assert.ok(svg.includes(">noisy<") && svg.includes(">restored<"));
  const { data, info } = await sharp(join(folder, "a-pair.png"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number) => Array.from(data.subarray((80 * info.width + x) * 3, (80 * info.width + x) * 3 + 3));
  assert.deepEqual(
    [at(50), at(300)],
    [
      [255, 0, 0],
      [0, 0, 255],
    ],
  );
});

test("pictures of different sizes are refused and write nothing", async () => {
  const sources = [await plainPicture([0, 0, 0]), await plainPicture([0, 0, 0], 3)];
  const [before, after] = sources.map((source) => ({ source, label: "x" })) as [
    { source: string; label: string },
    { source: string; label: string },
  ];
  await assert.rejects(
    showComparison({ id: "odd-pair", caption: "c", before, after }),
    /comparison "odd-pair": got pictures of 2x1 and 3x1, want one size/,
  );
  assert.equal(existsSync(join(folder, "odd-pair.svg")), false);
});

test("the output is a picture without scripts, and with them a slider that keys move", async () => {
  const label = `<b> & "quoted"</script>`;
  const html = outputHtml(Buffer.from("picture"), {
    before: { source: await plainPicture([255, 0, 0]), label },
    after: { source: await plainPicture([0, 0, 255]), label: "restored" },
    width: 200,
    height: 120,
  });
  const browser = await launchBrowser();
  try {
    const still = await browser.newPage({ javaScriptEnabled: false });
    await still.setContent(html);
    assert.equal(await still.locator("img").count(), 1);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.setContent(html);
    assert.equal(await page.locator(".comparison-still > img").count(), 0);
    assert.equal(await page.locator(".comparison span").first().textContent(), label);
    const colourAt = async (x: number) => {
      const shot = await page.locator(".comparison").screenshot();
      const { data, info } = await sharp(shot).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const first = (110 * info.width + x) * 3;
      return Array.from(data.subarray(first, first + 3));
    };
    assert.deepEqual(
      [await colourAt(40), await colourAt(160)],
      [
        [255, 0, 0],
        [0, 0, 255],
      ],
    );
    await page.locator("input[type=range]").focus();
    await page.keyboard.press("Home");
    assert.deepEqual(await colourAt(40), [0, 0, 255]);
    for (let i = 0; i < 3; i++) await page.keyboard.press("PageUp");
    assert.deepEqual(
      [await colourAt(40), await colourAt(160)],
      [
        [255, 0, 0],
        [0, 0, 255],
      ],
    );
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
});

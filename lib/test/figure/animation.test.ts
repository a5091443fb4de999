import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { exportAnimation } from "../../src/figure";
import { temporaryFolder } from "../helpers";

const folder = temporaryFolder();
process.env.DDPM_DIP_FIGURES = folder;

async function frame(grey: number, width = 8, colour = "#ff0000") {
  const pixels = Buffer.alloc(width * 4 * 3, grey);
  const png = await sharp(pixels, { raw: { width, height: 4, channels: 3 } })
    .png()
    .toBuffer();
  return { source: `data:image/png;base64,${png.toString("base64")}`, colour };
}

test("frames follow each other, enlarged, above a bar that grows; the last one stays", async () => {
  await exportAnimation({ id: "moving", frames: [await frame(0), await frame(200)] });
  const file = join(folder, "moving.gif");
  const { pages, delay, loop, width, pageHeight } = await sharp(file, { animated: true }).metadata();
  assert.deepEqual([pages, delay, loop, width, pageHeight], [2, [120, 2400], 0, 128, 72]);
  const at = async (page: number, x: number, y: number) => {
    const { data, info } = await sharp(file, { page }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return Array.from(data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3));
  };
  const near = (actual: number[], expected: number[]) =>
    assert.ok(
      actual.every((one, i) => Math.abs(one - (expected[i] as number)) < 8),
      `${actual}, want ${expected}`,
    );
  near(await at(0, 5, 5), [0, 0, 0]);
  near(await at(1, 5, 5), [200, 200, 200]);
  near(await at(0, 16, 68), [255, 0, 0]);
  near(await at(0, 112, 68), [255, 255, 255]);
  near(await at(1, 112, 68), [255, 0, 0]);
});

test("one frame, frames of two sizes and an id that is none are refused, and nothing is written", async () => {
  const [one, wide] = [await frame(0), await frame(0, 16)];
  await assert.rejects(exportAnimation({ id: "still", frames: [one] }), /got 1 frames, want two at least/);
  await assert.rejects(exportAnimation({ id: "still", frames: [one, wide] }), /got frames of .*, want one size/);
  await assert.rejects(exportAnimation({ id: "Not an id", frames: [one, one] }), /figure id/);
  assert.ok(!existsSync(join(folder, "still.gif")));
});

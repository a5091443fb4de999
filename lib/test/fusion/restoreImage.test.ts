import assert from "node:assert/strict";
import { test } from "node:test";
import { createMasking, drawPixelMask, readPhoto } from "../../src/data";
import { restoreImage } from "../../src/fusion";
import { psnr } from "../../src/metrics";
import { openStream, type Progress, tf } from "../../src/runtime";
import { assertNoLeak, disposeAll } from "../helpers";

test("half of a photo's pixels are filled in by the shipped prior, better than by their mean, with progress told", async () => {
  await assertNoLeak(async () => {
    const photo = await readPhoto("coffee", { size: 32 });
    const mask = drawPixelMask(32, 32, 0.5, openStream(1, "data", "mask"));
    const measurement = createMasking(mask);
    const measured = measurement.measure(photo);
    const shown: string[] = [];
    const progress = (): Progress => ({
      update: (_share, stage) => shown.push(stage),
      finish: (summary) => shown.push(summary),
    });
    const { image, risk, reasons } = await restoreImage(
      { measurement, measured, mask, size: [32, 32] },
      {
        iterations: 150,
        progress,
        network: { kind: "skip", filters: [16, 16, 16], skipFilters: 4, upsampling: "bilinear" },
      },
    );
    const filled = tf.tidy(() => measured.add<tf.Tensor4D>(tf.sub(1, mask).mul(measured.sum().div(mask.sum().mul(3)))));
    assert.ok(psnr(image, photo) > psnr(filled, photo) + 3, `${psnr(image, photo)} dB`);
    assert.ok(risk > 0 && reasons.length === 3);
    assert.ok(shown.includes("DIP"), shown.join());
    assert.match(shown.at(-1) as string, /^restored in [0-9.]+ s$/);
    disposeAll(photo, mask, measurement, measured, image, filled);
  });
});

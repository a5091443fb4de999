import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { writeImage } from "ddpm-dip/data";
import { tf } from "ddpm-dip/runtime";
import { assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import { computeTrial, plans } from "../src";
import { readSource } from "../src/imageSource";

const folder = temporaryFolder();
const before = process.env.DDPM_DIP_SET14;

beforeEach(() => {
  process.env.DDPM_DIP_SET14 = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env.DDPM_DIP_SET14;
  else process.env.DDPM_DIP_SET14 = before;
});

/** A picture whose red says the column and whose green says the row, in steps of 1/255. */
async function writeRamp(name: string, [height, width]: [number, number]): Promise<void> {
  const picture = tf.tidy(() => {
    const columns = tf.broadcastTo(tf.range(0, width).reshape([1, 1, width, 1]), [1, height, width, 1]);
    const rows = tf.broadcastTo(tf.range(0, height).reshape([1, height, 1, 1]), [1, height, width, 1]);
    return tf.concat([columns, rows, tf.zerosLike(rows)], 3).div<tf.Tensor4D>(255);
  });
  await writeImage(`${folder}/${name}.png`, picture);
  picture.dispose();
}

test("of an image of Set14 the centre is cut out pixel for pixel", async () => {
  await writeRamp("ramp", [40, 51]);
  await assertNoLeak(async () => {
    const image = await readSource({ from: "set14", name: "ramp" }, { size: 32 });
    assert.deepEqual(image.shape, [1, 32, 32, 3]);
    const [top, left] = [4, 9];
    const colours = Array.from(image.dataSync(), (value) => Math.round(255 * value));
    assert.deepEqual(colours.slice(0, 3), [left, top, 0]);
    assert.deepEqual(colours.slice(-3), [left + 31, top + 31, 0]);
    image.dispose();
  });
});

test("an image of Set14 that is missing or too small is named", async () => {
  await assert.rejects(
    readSource({ from: "set14", name: "nobody" }, { size: 32 }),
    /the image nobody\.png of Set14 is not in .*DDPM_DIP_SET14/,
  );
  await writeRamp("small", [40, 30]);
  await assertNoLeak(() =>
    assert.rejects(readSource({ from: "set14", name: "small" }, { size: 32 }), /size: got 32, want at most 30.* small/),
  );
});

test("an image of another kind is read as it is, and a trial fits one", async () => {
  const [first] = plans.planVariants("smoke");
  assert.ok(first);
  const context = { onProgress: () => undefined, signal: new AbortController().signal, engine: "recorded" } as const;
  const { metrics } = await computeTrial({ ...first, image: { from: "other", name: "page" }, iterations: 4 }, context);
  assert.ok(Number.isFinite(metrics["risk.psnr"]), JSON.stringify(metrics));
});

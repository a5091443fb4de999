import assert from "node:assert/strict";
import { test } from "node:test";
import { blendTiles, planTiles } from "../../src/cli/tiles";
import { cropImage } from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

test("as few tiles as cover the image, of one size, evenly spread, with at least the overlap", () => {
  assert.deepEqual(planTiles({ width: 40, height: 30 }, { tile: 64, overlap: 8 }), [
    { left: 0, top: 0, width: 40, height: 30 },
  ]);
  const tiles = planTiles({ width: 100, height: 64 }, { tile: 64, overlap: 16 });
  assert.deepEqual(
    tiles.map(({ left, top }) => [left, top]),
    [
      [0, 0],
      [36, 0],
    ],
  );
  const [first, second, third] = planTiles({ width: 113, height: 20 }, { tile: 64, overlap: 16 });
  assert.deepEqual([first?.left, second?.left, third?.left], [0, 25, 49]);
});

test("tiles cut from an image blend back to it, wherever they overlap", () =>
  assertNoLeak(() => {
    const image = openStream(1, "data").uniform([1, 51, 113, 3], 0, 1) as tf.Tensor4D;
    const blender = blendTiles(image.shape, 9);
    for (const tile of planTiles({ width: 113, height: 51 }, { tile: 30, overlap: 9 })) {
      const cut = cropImage(image, tile);
      blender.add(tile, cut);
      cut.dispose();
    }
    const whole = blender.finish();
    assertClose(whole.dataSync(), image.dataSync(), 1e-6);
    disposeAll(image, whole);
  }));

test("across an overlap one tile passes into the other as a raised cosine, without a step", () => {
  const blender = blendTiles([1, 1, 12, 1], 4);
  const flat = (value: number) => tf.fill([1, 1, 8, 1], value) as tf.Tensor4D;
  blender.add({ left: 0, top: 0, width: 8, height: 1 }, flat(0));
  blender.add({ left: 4, top: 0, width: 8, height: 1 }, flat(1));
  const rise = [0.5, 1.5, 2.5, 3.5].map((place) => 0.5 - 0.5 * Math.cos((Math.PI * place) / 4));
  assertClose(blender.finish().dataSync(), [0, 0, 0, 0, ...rise, 1, 1, 1, 1], 1e-6);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawDeadLeaves, openLabelledSource, openPatchSource } from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak, disposeAll, range } from "../helpers";

const random = () => openStream(1, "data");
// Every value of the photo names its own place and channel.
const photo = tf.tensor4d(
  range(5 * 7 * 3).map((i) => i / 105),
  [1, 5, 7, 3],
);

test("patches are turned and mirrored copies of places in the photo, the same for the same index", () =>
  assertNoLeak(() => {
    const source = openPatchSource([photo], { batch: 40, size: 2 }, random());
    const { images } = source.next(3);
    const again = source.next(3).images;
    const other = source.next(4).images;
    assert.deepEqual(again.dataSync(), images.dataSync());
    assert.notDeepEqual(other.dataSync(), images.dataSync());
    const corners = new Set<string>();
    for (const patch of images.arraySync()) {
      const places = patch.flat().map((values) => {
        const pixels = values.map((value) => Math.floor(Math.round(value * 105) / 3));
        const channels = values.map((value) => Math.round(value * 105) % 3).sort();
        assert.deepEqual(channels, [0, 1, 2]);
        assert.equal(new Set(pixels).size, 1);
        return pixels[0] as number;
      });
      // The four pixels are a square of the photo in some order.
      const first = Math.min(...places);
      assert.deepEqual(
        [...places].sort((a, b) => a - b),
        [first, first + 1, first + 7, first + 8],
      );
      corners.add(places.map((place) => place - first).join());
    }
    assert.equal(corners.size, 8);
    disposeAll(images, again, other);
  }));

test("photos that are too small or none are refused", () => {
  assert.throws(() => openPatchSource([photo], { batch: 1, size: 6 }, random()), /patches of 6: got a photo of 7x5/);
  assert.throws(() => openPatchSource([], { batch: 1, size: 6 }, random()), /got no photo/);
});

test("an epoch has every image once, each in an order of its own, with its label, mirrored by half", () =>
  assertNoLeak(() => {
    const count = 20;
    // The left column is the image's number; the right column is 1.
    const images = tf.tidy(() => {
      const numbers = tf.range(0, count).div(51).reshape([count, 1, 1, 1]);
      return tf.concat([numbers, tf.ones([count, 1, 1, 1])], 2) as tf.Tensor4D;
    });
    const labels = range(count).map((i) => i % 3);
    const source = openLabelledSource({ images, labels }, { batch: 6 }, random());
    const epochOf = (epoch: number) =>
      range(3).flatMap((i) => {
        const { images: part, labels: classes } = source.next(epoch * 3 + i);
        const rows = part.arraySync().map((image, k) => {
          const [left, right] = (image[0] as number[][]).map(([value]) => value as number) as [number, number];
          const mirrored = left === 1;
          const place = Math.round((mirrored ? right : left) * 51);
          assert.equal(classes?.[k], labels[place]);
          return { place, mirrored };
        });
        part.dispose();
        return rows;
      });
    const [first, second] = [epochOf(0), epochOf(1)];
    const placesOf = (rows: { place: number }[]) => rows.map(({ place }) => place);
    assert.equal(new Set(placesOf(first)).size, 18);
    assert.notDeepEqual(placesOf(first), placesOf(second));
    const mirrored = [...first, ...second].filter((row) => row.mirrored).length;
    assert.ok(mirrored > 6 && mirrored < 30, `${mirrored} of 36`);
    // Going back to an earlier index gives what it gave.
    assert.deepEqual(placesOf(epochOf(0)), placesOf(first));
    assert.throws(() => openLabelledSource({ images, labels }, { batch: 21 }, random()), /batch: got 21/);
    assert.throws(() => openLabelledSource({ images, labels: [1] }, { batch: 2 }, random()), /labels: got 1 for 20/);
    images.dispose();
  }));

test("dead leaves cover the picture, the same for the same index, with edges at every scale", () =>
  assertNoLeak(() => {
    const draw = (index: number) => drawDeadLeaves(64, random(), index);
    const [one, same, other] = [draw(1), draw(1), draw(2)];
    assert.deepEqual(one.shape, [1, 64, 64, 3]);
    assert.deepEqual(one.dataSync(), same.dataSync());
    assert.notDeepEqual(one.dataSync(), other.dataSync());
    const values = one.dataSync();
    assert.ok(Math.min(...values) >= 0 && Math.max(...values) <= 1);
    const variance = tf.tidy(() => tf.moments(one).variance);
    assert.ok((variance.dataSync()[0] as number) > 0.02);
    assert.throws(() => drawDeadLeaves(0, random(), 0), /size: got 0/);
    assert.throws(() => drawDeadLeaves(3, random(), 0), /size: got 3, want at least 4/);
    disposeAll(one, same, other, variance);
  }));

import assert from "node:assert/strict";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  cropCentre,
  cropImage,
  decodeCifar10,
  drawPatches,
  listImageFolder,
  listPhotos,
  readCifar10,
  readPhoto,
  writeImage,
} from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range, temporaryFolder } from "../helpers";

const counting = tf.tensor4d(range(16), [1, 4, 4, 1]);

test("every embedded photo is there, on one side only, in its size, and under 6 MB in all", async () => {
  const sides = (["train", "tune", "test"] as const).map((side) => ({ side, photos: listPhotos(side) }));
  const names = sides.flatMap(({ photos }) => photos);
  assert.ok(names.length >= 12 && names.length <= 16);
  assert.equal(new Set(names).size, names.length);
  let bytes = 0;
  for (const { side, photos } of sides) {
    for (const name of photos) {
      const photo = await readPhoto(name);
      const largest = Math.max(photo.shape[1], photo.shape[2]);
      assert.ok(largest <= (side === "train" ? 512 : 256), `${name}: ${photo.shape}`);
      bytes += statSync(join(__dirname, "../../../data/photos", side, `${name}.png`)).size;
    }
  }
  assert.ok(bytes < 6e6, `${bytes} bytes`);
});

test("an unknown photo is refused with the names there are", async () => {
  await assert.rejects(readPhoto("lena"), /photo: got "lena", want one of .*astronaut/);
});

test("crops", () => {
  assertClose(cropImage(counting, { left: 1, top: 2, width: 2, height: 1 }).dataSync(), [9, 10], 0);
  assertClose(cropCentre(counting, 2).dataSync(), [5, 6, 9, 10], 0);
  assert.throws(() => cropImage(counting, { left: 3, top: 0, width: 2, height: 1 }), /crop: got 2x1 at \(3, 0\)/);
});

test("patches are repeatable, come from the photos and leave nothing else", () =>
  assertNoLeak(() => {
    const draw = (index: number) => drawPatches([counting], { count: 3, size: 2 }, openStream(1, "data"), index);
    const [a, b, c] = [draw(1), draw(1), draw(2)];
    assert.deepEqual(Array.from(a.dataSync()), Array.from(b.dataSync()));
    assert.notDeepEqual(Array.from(a.dataSync()), Array.from(c.dataSync()));
    assert.deepEqual(a.shape, [3, 2, 2, 1]);
    tf.dispose([a, b, c]);
    assert.throws(
      () => drawPatches([counting], { count: 1, size: 5 }, openStream(1, "data"), 0),
      /got a photo of 4x4 pixels/,
    );
  }));

test("CIFAR-10's binary batches and image folders are read", async () => {
  const folder = temporaryFolder();
  const record = Buffer.alloc(3073);
  record[0] = 7;
  record[1] = 255;
  record[1 + 1024 + 1] = 51;
  const decoded = decodeCifar10(record, "b.bin");
  assert.deepEqual(decoded.labels, [7]);
  assertClose(decoded.images.dataSync().slice(0, 6), [1, 0, 0, 0, 0.2, 0], 1e-6);
  writeFileSync(join(folder, "test_batch.bin"), Buffer.concat([record, record]));
  assert.deepEqual((await readCifar10(folder, "test")).images.shape, [2, 32, 32, 3]);

  mkdirSync(join(folder, "train", "frog"), { recursive: true });
  await writeImage(join(folder, "train", "frog", "0001.png"), tf.ones([1, 32, 32, 3]) as tf.Tensor4D);
  const { images, labels } = await readCifar10(folder, "train");
  assert.deepEqual([images.shape, labels], [[1, 32, 32, 3], [6]]);
});

test("damaged CIFAR-10 data and odd folders are named", async () => {
  const folder = temporaryFolder();
  assert.throws(() => decodeCifar10(Buffer.alloc(100), "b.bin"), /b\.bin is damaged: 100 bytes is no multiple of 3073/);
  assert.throws(() => decodeCifar10(Buffer.alloc(3073, 99), "b.bin"), /image 0 has the label 99/);
  assert.throws(() => listImageFolder(join(folder, "none")), /cannot read the folder .*none/);
  assert.throws(() => listImageFolder(folder), /no image in/);
  mkdirSync(join(folder, "train", "spoon"), { recursive: true });
  await writeImage(join(folder, "train", "spoon", "1.png"), tf.ones([1, 32, 32, 3]) as tf.Tensor4D);
  await assert.rejects(readCifar10(folder, "train"), /the class folder "spoon" is none of airplane/);
});

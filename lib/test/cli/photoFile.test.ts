import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { encodePhoto, readKnown, readPhoto, tensorsOf } from "../../src/cli/photoFile";
import { convertLevel } from "../../src/cli/restoreOne";
import { defaultSettings } from "../../src/cli/settings";
import { tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, temporaryFolder } from "../helpers";

/** A picture of width 2, height 3. */
const colour = () =>
  sharp(
    Uint8Array.from({ length: 18 }, (_, i) => 14 * i),
    { raw: { width: 2, height: 3, channels: 3 } },
  );

test("a colour photo is read upright by its EXIF orientation and comes back as it was", () =>
  assertNoLeak(async () => {
    const photo = await readPhoto(await colour().withMetadata({ orientation: 6 }).png().toBuffer());
    assert.deepEqual(photo.image.shape, [1, 2, 3, 3]);
    // Turned clockwise, the lower left corner comes to the upper left.
    assertClose(
      photo.image.dataSync().slice(0, 3),
      [12, 13, 14].map((i) => (14 * i) / 255),
      1e-6,
    );
    const again = await readPhoto(await encodePhoto(photo));
    assert.deepEqual(again.image.dataSync(), photo.image.dataSync());
    disposeAll(photo.image, again.image);
  }));

test("alpha is kept beside the colours under it, 16 bits are kept, and equal channels are grey", () =>
  assertNoLeak(async () => {
    const see = Uint8Array.from([10, 20, 30, 0, 40, 50, 60, 128]);
    const clear = await readPhoto(
      await sharp(see, { raw: { width: 2, height: 1, channels: 4 } })
        .png()
        .toBuffer(),
    );
    assertClose(
      clear.image.dataSync(),
      [10, 20, 30, 40, 50, 60].map((value) => value / 255),
      1e-6,
    );
    assertClose((clear.alpha as tf.Tensor4D).dataSync(), [0, 128 / 255], 1e-6);
    const bytes = await sharp(await encodePhoto(clear))
      .raw()
      .toBuffer();
    assert.deepEqual([...bytes], [...see]);

    const deep = await readPhoto(
      await sharp(Uint16Array.from([1000, 1001, 1002]), { raw: { width: 1, height: 1, channels: 3 } })
        .toColourspace("rgb16")
        .png()
        .toBuffer(),
    );
    assert.equal(deep.deep, true);
    assertClose(
      deep.image.dataSync(),
      [1000, 1001, 1002].map((value) => value / 65535),
      1e-6,
    );
    assert.equal((await sharp(await encodePhoto(deep)).metadata()).depth, "ushort");

    const same = await readPhoto(
      await sharp(Uint8Array.from([7, 7, 7]), { raw: { width: 1, height: 1, channels: 3 } })
        .png()
        .toBuffer(),
    );
    assert.deepEqual(same.image.shape, [1, 1, 1, 1]);
    assert.equal((await sharp(await encodePhoto(same)).metadata()).channels, 1);
    disposeAll(clear.image, clear.alpha as tf.Tensor4D, deep.image, same.image);
  }));

test("a grey photo with alpha comes back as one", () =>
  assertNoLeak(async () => {
    const photo = {
      image: tf.tensor4d([0.2, 0.8], [1, 1, 2, 1]),
      alpha: tf.tensor4d([0, 1], [1, 1, 2, 1]),
      deep: false,
    };
    const again = await readPhoto(await encodePhoto(photo));
    assertClose(again.image.dataSync(), [51 / 255, 204 / 255], 1e-6);
    assertClose((again.alpha as tf.Tensor4D).dataSync(), [0, 1], 1e-6);
    disposeAll(photo.image, photo.alpha, again.image, again.alpha as tf.Tensor4D);
  }));

test("a larger photo is brought down to the longer side, a smaller one left; a value that is none is refused", () =>
  assertNoLeak(async () => {
    const bytes = await colour().resize(60, 30).png().toBuffer();
    const [small, same] = [await readPhoto(bytes, { longest: 20 }), await readPhoto(bytes, { longest: 100 })];
    assert.deepEqual(small.image.shape, [1, 10, 20, 3]);
    assert.deepEqual(same.image.shape, [1, 30, 60, 3]);
    const broken = tf.tensor4d([Number.NaN], [1, 1, 1, 1]);
    await assert.rejects(encodePhoto({ image: broken, deep: false }), /value 0 is NaN/);
    await assert.rejects(readPhoto(bytes.subarray(0, 60)));
    disposeAll(small.image, same.image, broken);
  }));

test("of a mask light is known; one that knows all or nothing is refused", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    const write = async (name: string, values: number[]) => {
      const file = join(folder, name);
      const raw = { width: 2, height: 1, channels: 1 } as const;
      writeFileSync(file, await sharp(Uint8Array.from(values), { raw }).png().toBuffer());
      return file;
    };
    assert.deepEqual([...(await readKnown(await write("half.png", [200, 20])))], [1, 0]);
    const size = { width: 2, height: 1 };
    await assert.rejects(async () => readKnown(await write("dark.png", [0, 0]), size), /knows no pixel/);
    await assert.rejects(async () => readKnown(await write("light.png", [255, 255]), size), /nothing to fill in/);
  }));

test("with a mask, a hole's colour does not get into what is known of a smaller photo", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    const [width, height] = [96, 64];
    const isHole = (i: number) => (i % width) % 16 < 6 && Math.floor(i / width) % 16 < 6;
    const write = async (name: string, channels: 1 | 3, draw: (i: number, channel: number) => number) => {
      const values = Uint8Array.from({ length: width * height * channels }, (_, i) =>
        draw(Math.floor(i / channels), i % channels),
      );
      const file = join(folder, name);
      writeFileSync(file, await sharp(values, { raw: { width, height, channels } }).png().toBuffer());
      return file;
    };
    const clean = (i: number, channel: number) => 90 + (i % width) / 2 + 10 * channel;
    const mask = await write("mask.png", 1, (i) => (isHole(i) ? 0 : 255));
    const options = { longest: 40, mask };
    const read = async (colour: number) =>
      readPhoto(
        await write("a.png", 3, (i, channel) => (isHole(i) ? (channel === 1 ? colour : 0) : clean(i, channel))),
        options,
      );
    const [loud, dark] = [await read(255), await read(0)];
    const plain = await readPhoto(await write("clean.png", 3, clean), options);
    const known = loud.known?.dataSync() ?? [];
    const [values, other, wanted] = [loud, dark, plain].map(({ image }) => image.dataSync()) as Float32Array[];
    let count = 0;
    for (let i = 0; i < (values?.length ?? 0); i++) {
      if (known[Math.floor(i / 3)] !== 1) continue;
      count++;
      assert.equal(values?.[i], other?.[i]);
      assert.ok(Math.abs((values?.[i] ?? 0) - (wanted?.[i] ?? 0)) < 2 / 255);
    }
    assert.ok(count > 1000 && count < (values?.length ?? 0));
    assert.deepEqual(loud.original, { width, height });
    disposeAll(...[loud, dark, plain].flatMap(tensorsOf));
  }));

test("a given level belongs to the photo's own size and is converted to the smaller one", () => {
  const read = {
    image: { shape: [1, 48, 64, 3] } as tf.Tensor4D,
    original: { width: 256, height: 192 },
    noiseGain: 0.25,
    estimateGain: 1.14,
  };
  const settings = { ...defaultSettings, sigma: 20 / 255 };
  const { settings: converted, reasons } = convertLevel(settings, read);
  assert.equal(converted.sigma, 5 / 255);
  assert.match(reasons.join(), /--sigma belongs to the photo's own size; .*from 256x192 to 64x48 .*from 20.00 to 5.00/);
  assert.deepEqual(convertLevel(settings, { ...read, noiseGain: 1 }), { settings, reasons: [] });
  assert.match(
    convertLevel(defaultSettings, read).reasons.join(),
    /the noise was estimated after that, raised by 14 %/,
  );
  assert.throws(
    () => convertLevel({ ...settings, sigma: 0.5 / 255 }, read),
    /no noise is left to remove: .*larger --size/,
  );
});

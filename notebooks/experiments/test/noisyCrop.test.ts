import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openBsd400, openImageNoise } from "ddpm-dip/data";
import { tf } from "ddpm-dip/runtime";
import { create } from "tar";
import { assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import { computeTrial, plans, readCrop, readNoisyCrop } from "../src";
import { readSource } from "../src/imageSource";
import { context, writeRamp } from "./helpers";

const variables = ["DDPM_DIP_CBSD68", "DDPM_DIP_SET14", "DDPM_DIP_BSD400"] as const;
const before = variables.map((name) => process.env[name]);
const folder = temporaryFolder();

beforeEach(() => {
  for (const name of variables) process.env[name] = folder;
});

afterEach(() => {
  for (const [place, name] of variables.entries()) {
    const value = before[place];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const image = { from: "set14", name: "ramp" } as const;
const spec = { image, crop: 32, sigma: 0.1, seed: 1 };

test("a crop is the middle of the image pixel for pixel; the whole image keeps its odd sides", async () => {
  await writeRamp(join(folder, "ramp.png"), [41, 52]);
  await assertNoLeak(async () => {
    const crop = await readCrop(image, 32);
    const colours = Array.from(crop.dataSync(), (value) => Math.round(255 * value));
    assert.deepEqual([...colours.slice(0, 3), ...colours.slice(-3)], [10, 4, 0, 41, 35, 0]);
    const square = await readSource(image, { size: 32 });
    assert.deepEqual(square.dataSync(), crop.dataSync());
    const whole = await readCrop(image, "full");
    assert.deepEqual(whole.shape, [1, 41, 52, 3]);
    tf.dispose([crop, square, whole]);
    await assert.rejects(readCrop(image, 48), /size: got 48, want at most 41, the shorter side of ramp/);
    await assert.rejects(readSource(image, { size: 48 }), /size: got 48/);
  });
});

test("an embedded photo is cropped, not shrunk", async () => {
  const [name = ""] = plans.planPriors("smoke").map((one) => one.image.name);
  const [crop, whole] = await Promise.all(
    [32, "full" as const].map((side) => readCrop({ from: "photos", name }, side)),
  );
  assert.ok(crop && whole);
  const [, height, width] = whole.shape;
  const [top, left] = [height, width].map((side) => Math.floor((side - 32) / 2)) as [number, number];
  const middle = tf.slice(whole, [0, top, left, 0], [1, 32, 32, 3]);
  assert.deepEqual(crop.dataSync(), middle.dataSync());
  tf.dispose([crop, whole, middle]);
});

test("an image of another kind is read as it is, and a trial fits one", async () => {
  const [first] = plans.planVariants("smoke");
  assert.ok(first);
  const { metrics } = await computeTrial({ ...first, image: { from: "other", name: "page" }, iterations: 4 }, context);
  assert.ok(Number.isFinite(metrics["risk.psnr"]), JSON.stringify(metrics));
});

test("noise is the same again, and independent between images, sets and seeds", async () => {
  const draw = (from: "set14" | "cbsd68", name: string, seed: number) =>
    tf.tidy(() => openImageNoise({ from, name }, seed).normal([1, 64, 64, 3]).flatten().arraySync() as number[]);
  const first = draw("set14", "ramp", 1);
  assert.deepEqual(draw("set14", "ramp", 1), first);
  for (const other of [draw("set14", "ramp", 2), draw("set14", "slope", 1), draw("cbsd68", "ramp", 1)]) {
    const correlation = first.reduce((sum, value, i) => sum + value * (other[i] as number), 0) / first.length;
    // Four standard deviations of that of independent draws.
    assert.ok(Math.abs(correlation) < 4 / Math.sqrt(first.length), String(correlation));
  }
});

test("the noisy pixels are the crop and its keyed noise, neither clipped nor quantised", async () => {
  await writeRamp(join(folder, "ramp.png"), [41, 52]);
  await assertNoLeak(async () => {
    const { clean, noisy } = await readNoisyCrop(spec);
    const expected = tf.tidy(() => clean.add(openImageNoise(image, 1).normal(clean.shape).mul(0.1)));
    assert.deepEqual(noisy.dataSync(), expected.dataSync());
    assert.ok(noisy.dataSync().some((value) => value < 0));
    tf.dispose([clean, noisy, expected]);
  });
});

test("an image of CBSD68 is found by its name, and one that is not there is named with the variable", async () => {
  await writeRamp(join(folder, "101085.jpg"), [33, 49]);
  const found = await readCrop({ from: "cbsd68", name: "101085" }, "full");
  assert.deepEqual(found.shape, [1, 33, 49, 3]);
  found.dispose();
  await assert.rejects(
    readCrop({ from: "cbsd68", name: "3096" }, 32),
    /the image 3096\.jpg of CBSD68 is not in .*set DDPM_DIP_CBSD68/,
  );
  await assert.rejects(
    readSource({ from: "set14", name: "nobody" }, { size: 32 }),
    /the image nobody\.png of Set14 is not in .*DDPM_DIP_SET14/,
  );
});

const names = ["test", "train"].flatMap((part) =>
  Array.from({ length: 200 }, (_, i) => `${part}/${String(1000 + 7 * i)}.jpg`),
);

/** BSD400 without its pixels but for the first image, with test images of another folder beside it. */
async function writeBsd400(top: string): Promise<void> {
  for (const part of ["test", "train", "val"]) mkdirSync(join(top, part), { recursive: true });
  for (const name of [...names, "val/1.jpg"]) writeFileSync(join(top, name), "");
  await writeRamp(join(top, names[0] as string), [32, 32]);
}

test("BSD400 is the same from a folder and from an archive, which is unpacked once; every fiftieth image is kept out", async () => {
  const [top, cache] = [temporaryFolder(), temporaryFolder()];
  await writeBsd400(join(top, "bsd"));
  const archive = join(top, "bsd.tar");
  await create({ cwd: top, file: archive }, ["bsd"]);
  const fromFolder = await openBsd400(join(top, "bsd"));
  const fromArchive = await openBsd400(archive, { cache });
  const end = (file: string) => file.split("/").slice(-2).join("/");
  assert.deepEqual(
    fromArchive.tune.map(end),
    names.filter((_, i) => i % 50 === 0),
  );
  assert.deepEqual(
    fromArchive.train.map(end),
    names.filter((_, i) => i % 50 !== 0),
  );
  assert.deepEqual(
    [...fromFolder.tune, ...fromFolder.train].map(end),
    [...fromArchive.tune, ...fromArchive.train].map(end),
  );
  const unpacked = fromArchive.train[0] as string;
  writeFileSync(unpacked, "kept");
  assert.equal((await openBsd400(archive, { cache })).train[0], unpacked);
  process.env.DDPM_DIP_BSD400 = join(top, "bsd");
  const tuned = await readCrop({ from: "bsd400-tune", name: "1000" }, "full");
  // Both folders have an image of that name; the first is the one with pixels.
  assert.deepEqual(tuned.shape, [1, 32, 32, 3]);
  tuned.dispose();
  await assert.rejects(
    readCrop({ from: "bsd400-tune", name: "9" }, 32),
    /image: got "9" of bsd400-tune, want one of 1000,/,
  );
});

test("where BSD400 is missing or is something else, the error says where it can be had", async () => {
  const nowhere = join(folder, "nowhere.tar");
  await assert.rejects(openBsd400(nowhere), /there is no .*nowhere\.tar; set DDPM_DIP_BSD400 .*eecs\.berkeley\.edu/);
  await writeRamp(join(folder, "one.jpg"), [32, 32]);
  await assert.rejects(
    openBsd400(folder),
    /got 0 images in folders train and test of .*, want 400; set DDPM_DIP_BSD400/,
  );
  const broken = join(folder, "broken.tar");
  writeFileSync(broken, "no archive");
  await assert.rejects(openBsd400(broken, { cache: temporaryFolder() }), /cannot unpack .*broken\.tar: .*berkeley/);
});

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { findMask, surveyPhotos } from "../../src/cli/findPhotos";
import { namePhotos } from "../../src/cli/photoNames";
import { describeSkipped } from "../../src/data/imageFolder";
import { temporaryFolder } from "../helpers";

const findPhotos = (paths: string[], out?: string) => namePhotos(surveyPhotos(paths, out).photos);

function place(folder: string, ...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
}

test("files and folders with those below are found once, called after their places, the results left out", () => {
  const folder = temporaryFolder();
  place(folder, "a.png", "below/b.JPG", "below/notes.txt", "out/a.png", "c.png", "c.webp");
  const found = findPhotos([folder, join(folder, "a.png")], join(folder, "out"));
  assert.deepEqual(found.map(({ name }) => name).sort(), ["a", "below/b", "c.png", "c.webp"]);
});

test("a mask is one for all, or that of the photo's name in a folder", () => {
  const folder = temporaryFolder();
  place(folder, "mask.png", "masks/below/b.webp");
  const photo = { file: join(folder, "below", "b.jpg"), given: "below/b.jpg" };
  assert.equal(findMask(join(folder, "mask.png"), photo), join(folder, "mask.png"));
  assert.equal(findMask(join(folder, "masks"), photo), join(folder, "masks", "below/b.webp"));
  assert.throws(
    () => findMask(join(folder, "masks"), { ...photo, given: "c.jpg" }),
    /holds no mask for c, such as .*c.png/,
  );
  assert.throws(() => findMask(join(folder, "nowhere"), photo), /nowhere: there is no such file/);
});

test("hidden and resource files, folders named like photos, broken links and other formats are skipped by name", () => {
  const folder = temporaryFolder();
  place(
    folder,
    "a.png",
    "._a.png",
    ".DS_Store",
    ".trash/b.png",
    "__MACOSX/a.png",
    "z.jpg/c.png",
    "d.HEIC",
    "e.bmp",
    "f.gif",
  );
  symlinkSync(join(folder, "nowhere.png"), join(folder, "broken.png"));
  const { photos, skipped } = surveyPhotos([folder]);
  assert.deepEqual(
    photos.map(({ given }) => given),
    ["a.png"],
  );
  assert.deepEqual(
    skipped.map(({ file, why }) => `${relative(folder, file)}: ${why}`),
    [
      "._a.png: hidden",
      ".trash: hidden",
      "__MACOSX: resource files of macOS",
      "broken.png: is not there: a broken link, or a name that is not UTF-8",
      "d.HEIC: HEIC is not read: convert it first",
      "e.bmp: BMP is not read: convert it first",
      "f.gif: GIF is not read: convert it first",
      "z.jpg: a folder named like a photo",
    ],
  );
  const other = temporaryFolder();
  place(other, "d.heic");
  assert.throws(() => surveyPhotos([other]), /no image in .*; skipped .*d.heic: HEIC is not read/);
});

test("a name that is not UTF-8 is skipped and says so, and one with control characters is told without them", () => {
  const folder = temporaryFolder();
  place(folder, "a.png", "ok\ufffd.png", "esc\x1b[31mred.heic", "line\nbreak\r.gif");
  const latin = (name: string) => Buffer.concat([Buffer.from(join(folder, name)), Buffer.of(0xe4)]);
  mkdirSync(latin("folder"));
  writeFileSync(Buffer.concat([latin("b"), Buffer.from(".png")]), "");
  writeFileSync(Buffer.concat([latin("b"), Buffer.from(".txt")]), "");
  const { photos, skipped } = surveyPhotos([folder]);
  assert.deepEqual(
    photos.map(({ given }) => given),
    ["a.png", "ok\ufffd.png"],
  );
  assert.deepEqual(
    skipped.map((one) => describeSkipped(one).replace(`${folder}/`, "")),
    [
      "skipped b\ufffd.png: is not there: a broken link, or a name that is not UTF-8",
      "skipped b\ufffd.txt: is not there: a broken link, or a name that is not UTF-8",
      "skipped esc\\u001b[31mred.heic: HEIC is not read: convert it first",
      "skipped folder\ufffd: is not there: a broken link, or a name that is not UTF-8",
      "skipped line\\u000abreak\\u000d.gif: GIF is not read: convert it first",
    ],
  );
});

test("each file is found once, whatever links lead to it, and what a link brings in is found", () => {
  const folder = temporaryFolder();
  const elsewhere = temporaryFolder();
  place(folder, "a.png", "below/b.png");
  place(elsewhere, "c.png", "deep/d.png");
  symlinkSync(".", join(folder, "loop"));
  symlinkSync("..", join(folder, "below", "up"));
  symlinkSync("a.png", join(folder, "0.png"));
  symlinkSync(elsewhere, join(folder, "brought"));
  const photos = findPhotos([folder, join(folder, "loop", "a.png"), join(folder, "below")]);
  assert.deepEqual(photos.map(({ name }) => name).sort(), ["a", "below/b", "brought/c", "brought/deep/d"]);
  assert.deepEqual(
    surveyPhotos([folder]).skipped.map(({ file }) => relative(folder, file)),
    ["0.png", "below/up", "loop"],
  );
  // The results are left out by whichever way they are reached.
  const results = temporaryFolder();
  place(results, "e.png");
  symlinkSync(results, join(elsewhere, "results"));
  assert.deepEqual(
    findPhotos([elsewhere], results).map(({ name }) => name),
    ["c", "deep/d"],
  );
});

test("a mask is found whatever the case of its ending, a PNG first", () => {
  const folder = temporaryFolder();
  place(folder, "masks/a.PNG", "masks/b.Tiff", "masks/c.jpg", "masks/c.png", "masks/a.txt");
  const find = (name: string) =>
    findMask(join(folder, "masks"), { file: join(folder, `${name}.jpg`), given: `${name}.jpg` });
  assert.equal(find("a"), join(folder, "masks", "a.PNG"));
  assert.equal(find("b"), join(folder, "masks", "b.Tiff"));
  assert.equal(find("c"), join(folder, "masks", "c.png"));
});

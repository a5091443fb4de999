import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../src/cli/exit";
import { findMask, surveyPhotos } from "../../src/cli/findPhotos";
import { namePhotos } from "../../src/cli/photoNames";
import { checkSettings, defaultSettings, type Settings } from "../../src/cli/settings";
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

test("what cannot be a photo is refused by its name, and two photos of one name", () => {
  const folder = temporaryFolder();
  place(folder, "one/a.png", "two/a.png", "x.txt", "empty/x.txt");
  const refuse = (paths: string[], why: RegExp) =>
    assert.throws(
      () => findPhotos(paths),
      (error) => error instanceof UsageError && why.test(error.message),
    );
  refuse([], /got no photo/);
  refuse([join(folder, "none.png")], /none.png: there is no such file/);
  refuse([join(folder, "x.txt")], /x.txt: got the ending ".txt", want one of .png/);
  refuse([join(folder, "empty")], /no image in/);
  refuse(
    [join(folder, "one", "a.png"), join(folder, "two", "a.png")],
    /would both be called a.png|would both be called a/,
  );
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

test("settings out of range are refused by the option's name, the value and what would be right", () => {
  assert.deepEqual(checkSettings(defaultSettings), defaultSettings);
  const refuse = (changes: Partial<Settings>, why: RegExp) =>
    assert.throws(() => checkSettings({ ...defaultSettings, ...changes }), why);
  refuse({ task: "blur" as "denoise" }, /--task: got "blur", want denoise, inpaint, super-resolve/);
  refuse({ factor: 3 }, /--factor: got 3, want 2 or 4/);
  refuse({ iterations: -1 }, /--iterations: got -1, want a whole number from 0/);
  refuse({ task: "inpaint", iterations: -1 }, /--iterations: got -1, want a whole number from 0/);
  refuse({ sigma: -1 / 255 }, /--sigma: got -1, want grey values from 0 to 255/);
  refuse({ sigma: 0 }, /--sigma: got 0, want a number above 0 for denoising/);
  refuse({ tile: 100, overlap: 60 }, /--overlap: got 60, want at most half of a tile of 100/);
  refuse({ task: "super-resolve", factor: 4, tile: 128 }, /--tile: got 128, want at least 128 more than/);
  refuse({ size: 8 }, /--size: got 8/);
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

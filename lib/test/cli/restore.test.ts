import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { StoppedError } from "../../src/cli/exit";
import { readPhoto, tensorsOf } from "../../src/cli/photoFile";
import { seal } from "../../src/cli/sealed";
import { estimateSigmaWavelet } from "../../src/data";
import { longs, makePng } from "../data/formatFiles";
import { assertNoLeak, disposeAll, temporaryFolder } from "../helpers";
import { runMain, writePhoto } from "./tinyRun";

const quick = ["--fast", "--iterations", "3", "--adaptations", "0"];

interface Listed {
  name: string;
  status: string;
  width: number;
  height: number;
  sigma: number;
  sigmaEstimated: boolean;
  tiles: number;
  error?: string;
}

const read = (text: string) => JSON.parse(text) as { photos: Listed[]; exitCode: number; stopped: boolean };
const statuses = (text: string) => Object.fromEntries(read(text).photos.map(({ name, status }) => [name, status]));

test("photos of any kind are restored; a damaged one is reported and stops no other; again, only what changed is done", () =>
  assertNoLeak(async () => {
    const [photos, out] = [temporaryFolder(), join(temporaryFolder(), "deep", "out")];
    await writePhoto(photos, "colour.png");
    await writePhoto(photos, "odd.png", { width: 37, height: 33 });
    await writePhoto(photos, "grey.png", { channels: 1 });
    writeFileSync(join(photos, "damaged.jpg"), "no picture");
    const words = ["restore", photos, "--task", "denoise", ...quick, "--out", out, "--json"];
    const first = await runMain(words);
    assert.equal(first.code, 1);
    assert.deepEqual(statuses(first.stdout), { colour: "done", damaged: "failed", grey: "done", odd: "done" });
    assert.match(first.stderr, /3 of 4 finished, 1 failed/);
    for (const { name, status, ...photo } of read(first.stdout).photos) {
      if (status === "failed") continue;
      const { width, height, channels } = await sharp(join(out, `${name}.png`)).metadata();
      assert.deepEqual([width, height, channels], [photo.width, photo.height, name === "grey" ? 1 : 3]);
      assert.ok(photo.sigmaEstimated && photo.sigma > 12 && photo.sigma < 28, `${name}: ${photo.sigma}`);
    }
    const page = readFileSync(join(out, "index.html"), "utf8");
    assert.match(page, /<h2><a href="odd.png">odd<\/a><\/h2>.*src="\.ddpm-dip\/previews\/\w+-after-\w+\.png"/s);
    assert.match(page, /estimated from the photo/);
    assert.match(page, /Failed: .*unsupported image format/);
    for (const [, path] of page.matchAll(/(?:src|href)="([^"]*)"/g))
      assert.ok(existsSync(join(out, path as string)), path);

    await writePhoto(photos, "colour.png", { sigma: 10 });
    writeFileSync(join(out, "grey.png"), "retouched");
    rmSync(join(photos, "odd.png"));
    const second = await runMain(words);
    assert.deepEqual(statuses(second.stdout), { colour: "done", damaged: "failed", grey: "done", odd: "kept" });
    assert.match(second.stderr, /grey.png is not the picture that was written; the photo is computed anew/);
    assert.equal(readFileSync(join(out, "grey.changed.png"), "utf8"), "retouched");
    assert.match(readFileSync(join(out, "index.html"), "utf8"), />odd<.*odd.png was no part of the last run/s);
    const other = await runMain([...words, "--sigma", "20"]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /results of another command \(sigma none, now 20\)/);
  }));

test("the noise of a photo that was made smaller is estimated, and raised by what that took of it", () =>
  assertNoLeak(async () => {
    const file = await writePhoto(temporaryFolder(), "large.png", { width: 96, height: 64 });
    const words = ["restore", file, "-t", "denoise", ...quick, "--size", "48", "-o", temporaryFolder(), "--json"];
    const [photo] = read((await runMain(words)).stdout).photos;
    const small = await readPhoto(file, { longest: 48 });
    assert.ok(small.estimateGain > 1.05);
    const estimate = 255 * small.estimateGain * estimateSigmaWavelet(small.image);
    assert.ok(Math.abs((photo?.sigma ?? 0) / estimate - 1) < 1e-3, `${photo?.sigma}, want ${estimate}`);
    disposeAll(...tensorsOf(small));
  }));

test("the same command gives the same picture", async () => {
  const photo = await writePhoto(temporaryFolder(), "a.png", { channels: 1 });
  const folders = [temporaryFolder(), temporaryFolder()];
  for (const out of folders) {
    const { code } = await runMain(["restore", photo, "-t", "denoise", "--sigma", "20", ...quick, "-o", out]);
    assert.equal(code, 0);
  }
  const [one, two] = folders.map((out) => readFileSync(join(out, "a.png")));
  assert.deepEqual(one, two);
});

test("a stopped run keeps its tiles, and the same command goes on with the next", () =>
  assertNoLeak(async () => {
    const photo = await writePhoto(temporaryFolder(), "wide.png", { width: 100, height: 32 });
    const out = temporaryFolder();
    const words = ["restore", photo, "-t", "denoise", ...quick, "--tile", "64", "--overlap", "16", "-o", out, "--json"];
    const stop = new AbortController();
    const tilesIn = () => {
      const kept = join(out, ".ddpm-dip", "tiles");
      return existsSync(kept) ? readdirSync(kept).flatMap((key) => readdirSync(join(kept, key))) : [];
    };
    const watch = setInterval(() => {
      if (tilesIn().length > 0) stop.abort(new StoppedError("stopped"));
    }, 1);
    const stopped = await runMain([...words, "--iterations", "60"], { signal: stop.signal });
    clearInterval(watch);
    assert.equal(stopped.code, 130);
    assert.deepEqual(statuses(stopped.stdout), { wide: "not reached" });
    assert.match(stopped.stderr, /stopped: 0 of 1 finished .* the same command goes on/);
    const [tile = "", ...others] = tilesIn();
    assert.equal(tile, "0.safetensors");
    assert.deepEqual(others, []);
    assert.equal(existsSync(join(out, "wide.png")), false);
    assert.match(readFileSync(join(out, "index.html"), "utf8"), /Not reached before the run was stopped/);

    const finished = await runMain([...words, "--iterations", "60"]);
    assert.equal(finished.code, 0);
    assert.equal(read(finished.stdout).photos[0]?.tiles, 2);
    assert.deepEqual(tilesIn(), []);
  }));

/** Runs the command and acts when a line of its text is written. */
function runUntil(words: string[], line: RegExp, act: () => void, signal?: AbortSignal) {
  let text = "";
  return runMain(words, {
    ...(signal && { signal }),
    stderr: (part) => {
      text += part;
      if (line.test(part)) act();
    },
  }).then((run) => ({ ...run, stderr: text }));
}

test("--fresh goes on where it was stopped, and begins anew after its end", async () => {
  const [photos, out] = [temporaryFolder(), temporaryFolder()];
  for (const name of ["a.png", "b.png"]) await writePhoto(photos, name);
  const words = ["restore", photos, "-t", "denoise", "--sigma", "20", ...quick, "--fresh", "-o", out, "--json"];
  assert.deepEqual(statuses((await runMain(words)).stdout), { a: "done", b: "done" });
  const stop = new AbortController();
  const stopped = await runUntil(words, /\[1\/2\] a/, () => stop.abort(new StoppedError("stopped")), stop.signal);
  assert.equal(stopped.code, 130);
  assert.deepEqual(statuses(stopped.stdout), { a: "done", b: "not reached" });
  assert.deepEqual(statuses((await runMain(words)).stdout), { a: "unchanged", b: "done" });
  assert.deepEqual(statuses((await runMain(words)).stdout), { a: "done", b: "done" });
});

test("photos that go while a run goes on: what is finished is on the page and in the document, which come all the same", async () => {
  const [photos, out] = [temporaryFolder(), temporaryFolder()];
  for (const name of ["a.png", "b.png"]) await writePhoto(photos, name);
  writeFileSync(join(photos, "c.heic"), "");
  const words = ["restore", photos, "-t", "denoise", "--sigma", "20", ...quick, "-o", out, "--json"];
  const run = await runUntil(words, /\[1\/2\] a/, () => {
    for (const name of ["a.png", "b.png"]) rmSync(join(photos, name), { force: true });
  });
  assert.equal(run.code, 1);
  assert.deepEqual(statuses(run.stdout), { a: "done", b: "failed" });
  assert.match(run.stdout, /"skipped": \[\s+\{\s+"file": ".*c.heic",\s+"why": "HEIC is not read/);
  assert.match(readFileSync(join(out, "index.html"), "utf8"), />a<.*src=".*>b<.*Failed: ENOENT/s);
});

const plainWords = ["-t", "denoise", "--sigma", "20", ...quick, "--json"];

test("a result of another command or of another folder's photo that lies in a result's place is kept", async () => {
  const [photos, others] = [temporaryFolder(), temporaryFolder()];
  const [out, elsewhere] = [temporaryFolder(), temporaryFolder()];
  for (const name of ["a.png", "b.png"]) await writePhoto(photos, name);
  await writePhoto(others, "b.png", { sigma: 5 });
  const words = ["restore", photos, ...plainWords, "-o", out];
  const stop = new AbortController();
  const stopped = await runUntil(words, /\[1\/2\] a/, () => stop.abort(new StoppedError("stopped")), stop.signal);
  assert.deepEqual(statuses(stopped.stdout), { a: "done", b: "not reached" });
  await runMain(["restore", join(photos, "a.png"), ...plainWords, "--seed", "7", "-o", join(elsewhere, "seed")]);
  await runMain(["restore", others, ...plainWords, "-o", join(elsewhere, "others")]);
  const theirs: Record<string, Buffer> = {};
  for (const [from, name] of [
    ["seed", "a"],
    ["others", "b"],
  ] as const) {
    for (const ending of ["png", "json"]) {
      theirs[`${name}.changed.${ending}`] = readFileSync(join(elsewhere, from, `${name}.${ending}`));
      cpSync(join(elsewhere, from, `${name}.${ending}`), join(out, `${name}.${ending}`));
    }
  }
  const run = await runMain(words);
  assert.deepEqual(statuses(run.stdout), { a: "done", b: "done" });
  assert.match(run.stderr, /a.json is of another photo or another folder of results; the photo is computed anew/);
  for (const [name, bytes] of Object.entries(theirs)) assert.deepEqual(readFileSync(join(out, name)), bytes, name);
  assert.deepEqual(statuses((await runMain(words)).stdout), { a: "unchanged", b: "unchanged" });
});

test("equal photos have pictures of their own, and damaged ones are left out of the page", () =>
  assertNoLeak(async () => {
    const [photos, out] = [temporaryFolder(), temporaryFolder()];
    const first = await writePhoto(photos, "a.png");
    cpSync(first, join(photos, "b.png"));
    const words = ["restore", photos, ...plainWords, "-o", out];
    const shown = () => {
      const page = readFileSync(join(out, "index.html"), "utf8");
      return [...page.matchAll(/src="([^"]*)"/g)].map(([, path]) => readFileSync(join(out, path as string)));
    };
    assert.equal((await runMain(words)).code, 0);
    await writePhoto(photos, "a.png", { sigma: 10 });
    assert.deepEqual(statuses((await runMain(words)).stdout), { a: "done", b: "unchanged" });
    assert.equal(shown().length, 6);
    const folder = join(out, ".ddpm-dip", "previews");
    assert.equal(readdirSync(folder).length, 6);
    // What is left is shown.
    for (const name of readdirSync(folder)) if (name.includes("after")) writeFileSync(join(folder, name), "junk");
    assert.deepEqual(statuses((await runMain(words)).stdout), { a: "unchanged", b: "unchanged" });
    assert.equal(shown().length, 4);
    assert.match(
      readFileSync(join(out, "index.html"), "utf8"),
      /A picture that is damaged or missing here is left out/,
    );
  }));

test("a result stays on the page and in the document where a later run fails or does not come to its photo", async () => {
  const [photos, out] = [temporaryFolder(), temporaryFolder()];
  for (const name of ["a.png", "b.png", "c.png"]) await writePhoto(photos, name);
  const words = ["restore", photos, ...plainWords, "-o", out];
  assert.equal((await runMain(words)).code, 0);
  await writePhoto(photos, "0.png", { width: 64, height: 64 });
  await writePhoto(photos, "b.png", { sigma: 10 });
  const stop = new AbortController();
  stop.abort(new StoppedError("stopped"));
  const stopped = await runMain(words, { signal: stop.signal });
  assert.equal(stopped.code, 130);
  const expected = { "0": "not reached", a: "unchanged", b: "not reached", c: "unchanged" };
  assert.deepEqual(statuses(stopped.stdout), expected);
  assert.match(stopped.stderr, /stopped: 2 of 4 finished \(2 of them before\)/);
  const linked = () =>
    [...readFileSync(join(out, "index.html"), "utf8").matchAll(/<a href="(\w+)\.png">/g)].map(([, name]) => name);
  assert.deepEqual(linked(), ["a", "b", "c"]);
  const outputs = (text: string) =>
    (JSON.parse(text) as { photos: { output?: string }[] }).photos.map(({ output }) => output && basename(output));
  assert.deepEqual(outputs(stopped.stdout), [undefined, "a.png", "b.png", "c.png"]);
  rmSync(join(photos, "0.png"));
  writeFileSync(join(photos, "b.png"), "no picture");
  const failed = await runMain(words);
  assert.deepEqual([failed.code, statuses(failed.stdout)], [1, { a: "unchanged", b: "failed", c: "unchanged" }]);
  assert.deepEqual(
    [linked(), outputs(failed.stdout)],
    [
      ["a", "b", "c"],
      ["a.png", "b.png", "c.png"],
    ],
  );
});

test("--fresh computes anew whatever a record's time says", async () => {
  const out = temporaryFolder();
  const photo = await writePhoto(temporaryFolder(), "a.png");
  const words = ["restore", photo, ...plainWords, "-o", out];
  assert.equal((await runMain(words)).code, 0);
  const { digest: _, ...record } = JSON.parse(readFileSync(join(out, "a.json"), "utf8"));
  writeFileSync(join(out, "a.json"), seal({ ...record, finishedAt: "2999-01-01T00:00:00.000Z" }));
  assert.deepEqual(statuses((await runMain(words)).stdout), { a: "unchanged" });
  assert.deepEqual(statuses((await runMain([...words, "--fresh"])).stdout), { a: "done" });
});

test("a record that names a file of someone else's as its picture does not have it removed", async () => {
  const [folder, photos] = [temporaryFolder(), temporaryFolder()];
  const out = join(folder, "out");
  await writePhoto(photos, "a.png");
  const words = ["restore", photos, ...plainWords, "-o", out];
  assert.equal((await runMain(words)).code, 0);
  writeFileSync(join(folder, "precious.txt"), "mine");
  const { digest: _, ...record } = JSON.parse(readFileSync(join(out, "a.json"), "utf8"));
  const previews = { ...record.previews, before: "../precious.txt" };
  writeFileSync(join(out, "a.json"), seal({ ...record, previews }));
  await writePhoto(photos, "a.png", { sigma: 10 });
  const run = await runMain(words);
  assert.match(run.stderr, /a.json is damaged: previews.before: want a picture of its own/);
  assert.deepEqual(statuses(run.stdout), { a: "done" });
  assert.equal(readFileSync(join(folder, "precious.txt"), "utf8"), "mine");
});

const tiled = ["--tile", "64", "--overlap", "16"];

/** Writes a mask, light where a pixel is known. */
async function writeMask(
  folder: string,
  size: { width: number; height: number },
  isKnown: (pixel: number) => boolean,
): Promise<{ mask: string; known: Uint8Array }> {
  const known = Uint8Array.from({ length: size.width * size.height }, (_, i) => (isKnown(i) ? 255 : 0));
  const mask = join(folder, "mask.png");
  writeFileSync(
    mask,
    await sharp(known, { raw: { ...size, channels: 1 } })
      .png()
      .toBuffer(),
  );
  return { mask, known };
}

test("missing pixels are filled in and the known ones kept; tiles without gaps are left as they are", async () => {
  const folder = temporaryFolder();
  const photo = await writePhoto(folder, "a.png", { width: 112, height: 32 });
  const [width, height, out] = [112, 32, join(folder, "out")];
  const { mask, known } = await writeMask(folder, { width, height }, (i) => !(i % width < 8 && i % 3 === 0));
  const words = ["restore", photo, "-t", "inpaint", "--mask", mask, ...quick, ...tiled, "-o", out, "--json"];
  const { code, stdout } = await runMain(words);
  assert.equal(code, 0);
  assert.match(stdout, /Tile 2: Nothing is missing here/);
  const pixels = async (file: string) => sharp(file).raw().toBuffer();
  const [before, after] = [await pixels(photo), await pixels(join(out, "a.png"))];
  const changed = [...known.keys()].filter((i) => before[3 * i] !== after[3 * i]);
  assert.ok(changed.length > 0 && changed.every((i) => known[i] === 0));
});

test("a photo of which a tile has nothing to go on fails, and says which and what helps", async () => {
  const folder = temporaryFolder();
  const size = { width: 112, height: 32 };
  const photo = await writePhoto(folder, "a.png", size);
  for (const [left, words] of [
    [100, "only one pixel is"],
    [101, "nothing is"],
  ] as const) {
    // The second tile begins at 48: of its pixels the one at (100, 0) is known or none is.
    const { mask } = await writeMask(folder, size, (i) => (i % 112 < 48 && i % 3 > 0) || (left === 100 && i === 100));
    const { code, stdout } = await runMain([
      ...["restore", photo, "-t", "inpaint", "--mask", mask, ...quick, ...tiled],
      ...["-o", join(folder, `out${left}`)],
    ]);
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`a: failed: ${words} known of the tile 64x32 at \\(48, 0\\): want larger tiles`));
  }
});

test("an enlarged photo is larger by the factor, its alpha too", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.webp");
  const clear = { width: 33, height: 40, channels: 4, background: { r: 10, g: 90, b: 60, alpha: 0.5 } } as const;
  writeFileSync(file, await sharp({ create: clear }).webp({ lossless: true }).toBuffer());
  const words = ["restore", file, "-t", "super-resolve", "--factor", "2", ...quick, "-o", folder, "--json"];
  const { code, stdout } = await runMain(words);
  assert.match(stdout, /"skipped": \[\]/);
  assert.equal(code, 0);
  const { width, height, hasAlpha } = await sharp(join(folder, "a.png")).metadata();
  assert.deepEqual([width, height, hasAlpha], [66, 80, true]);
});

test("a photo that is too small, too large, no photo, or without noise to remove, fails and says why", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "photos"));
  await writePhoto(join(folder, "photos"), "small.png", { width: 20 });
  await writePhoto(join(folder, "photos"), "flat.png", { sigma: 0 });
  const huge = makePng(8, 0, [0, 0]);
  longs([8064, 9000]).copy(huge, 16);
  writeFileSync(join(folder, "photos", "huge.png"), huge);
  writeFileSync(join(folder, "photos", "drawing.png"), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, "photos", "phone.HEIC"), "");
  const words = ["restore", join(folder, "photos"), "-t", "denoise", ...quick, "-o", join(folder, "out")];
  const { code, stdout } = await runMain(words);
  assert.equal(code, 1);
  assert.match(stdout, /flat: failed: no noise was found .* give its level by --sigma/);
  assert.match(stdout, /small: failed: the photo is 20x32, want sides of at least 32 pixels/);
  assert.match(stdout, /huge: failed: .*huge.png: it is 8064x9000, 72.6 megapixels, want at most 64/);
  assert.match(stdout, /drawing: failed: .*drawing.png: it is an SVG drawing, want PNG, JPEG, WebP or TIFF/);
  assert.match(stdout, /skipped .*phone.HEIC: HEIC is not read/);
});

test("a prior is chosen by its name; one that there is not is wrong usage, and its names are listed", () =>
  assertNoLeak(async () => {
    const photo = await writePhoto(temporaryFolder(), "a.png");
    const run = (prior: string, out = temporaryFolder()) =>
      runMain(["restore", photo, "-t", "denoise", "--sigma", "20", ...quick, "--prior", prior, "-o", out, "--json"]);
    const wrong = await run("bdd");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--prior: there is no prior "bdd": want photos, bsd, bsd-wide, ffdnet or/);
    const out = temporaryFolder();
    const first = await run("ffdnet", out);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /DIP \d\.\d\d, FFDNet \d\.\d\d/);
    assert.deepEqual(statuses((await run("ffdnet", out)).stdout), { a: "unchanged" });
    assert.match((await run("photos", out)).stderr, /results of another command \(priors \[\{"name":"ffdnet"/);
    assert.match(
      (await runMain(["restore", "--help"])).stdout,
      /--prior <names> .*photos,\s+bsd,\s+bsd-wide,\s+ffdnet/s,
    );
  }));

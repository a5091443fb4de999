import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../src/cli/exit";
import { namePhotos } from "../../src/cli/photoNames";
import { openResultFolder, type ResultFolder } from "../../src/cli/resultFolder";
import { temporaryFolder } from "../helpers";

const options = { command: { command: "restore", task: "denoise" }, fresh: false };

/** Photos at their places, as they are found where each was given as a file or below a folder. */
function place(folder: string, ...givens: string[]) {
  return givens.map((given) => {
    const file = join(folder, given);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, given);
    return { file, given };
  });
}

/** Begins a run and ends it. */
async function begin(folder: ResultFolder): Promise<void> {
  await folder.begin();
  folder.close();
}

const namesOf = (photos: { name: string }[]) => photos.map(({ name }) => name);

function refuse(action: () => unknown, why: RegExp): void {
  assert.throws(action, (error) => error instanceof UsageError && why.test(error.message));
}

test("names are short where that is enough, and differ also without case", () => {
  const named = (...givens: string[]) => namesOf(namePhotos(givens.map((given) => ({ file: `/${given}`, given }))));
  assert.deepEqual(named("a.png", "b.JPG", "below/c.png"), ["a", "b", "below/c"]);
  assert.deepEqual(named("c.png", "c.webp"), ["c.png", "c.webp"]);
  const [large, small] = named("A.png", "a.png");
  assert.equal(large, "A.png");
  assert.match(small ?? "", /^a\.png~[0-9a-f]{8}$/);
  refuse(
    () => namePhotos(["/one/a.png", "/two/a.png"].map((file) => ({ file, given: "a.png" }))),
    /one.a.png and .*two.a.png would both be called a; give their common folder, or another --out/,
  );
});

test("a photo keeps its name when others come beside it or go", async () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  const [first] = place(folder, "a.png");
  const begun = openResultFolder(out, [first as never], options);
  await begun.begin();
  begun.close();
  writeFileSync(join(out, "a.png"), "result");
  const both = openResultFolder(out, place(folder, "a.jpg", "a.png"), options);
  assert.deepEqual(namesOf(both.photos), ["a.jpg", "a"]);
  await both.begin();
  both.close();
  rmSync(join(folder, "a.png"));
  const without = openResultFolder(out, place(folder, "a.jpg"), options);
  assert.deepEqual([namesOf(without.photos), namesOf(without.others)], [["a.jpg"], ["a"]]);
});

test("a file in the way is refused before anything is written, whose ever it is", () => {
  for (const [name, photo] of [
    ["a.png", "a.png"],
    ["a.json", "a.jpg"],
    ["index.html", "a.jpg"],
    ["below", "below/a.jpg"],
  ] as const) {
    const [folder, out] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(out, name), "mine");
    refuse(
      () => openResultFolder(out, place(folder, photo), options),
      /is no result of this command|below is no folder/,
    );
    assert.deepEqual(readdirSync(out), [name]);
  }
  // The photo itself lies where its result would go.
  const folder = temporaryFolder();
  const message = /a.png is there and is no result of this command, so it is kept: want another folder/;
  refuse(() => openResultFolder(folder, place(folder, "a.png"), options), message);
  const deep = join(temporaryFolder(), ...Array.from({ length: 45 }, () => "d".repeat(100)));
  refuse(() => openResultFolder(deep, place(folder, "b.jpg"), options), /ENAMETOOLONG/);
});

test("a folder belongs to one command and says what differs; a damaged list is refused", async () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  const photos = place(folder, "a.png");
  await begin(openResultFolder(out, photos, options));
  await begin(openResultFolder(out, photos, options));
  const other = { ...options, command: { command: "restore", task: "denoise", sigma: 15 / 255 } };
  refuse(
    () => openResultFolder(out, photos, other),
    /results of another command \(sigma none, now 15\), which are kept/,
  );
  const repair = { ...options, command: { command: "repair", task: "denoise" } };
  refuse(() => openResultFolder(out, photos, repair), /command "restore", now "repair"/);
  const list = join(out, ".ddpm-dip", "list.json");
  writeFileSync(list, readFileSync(list, "utf8").replace("denoise", "inpaint"));
  refuse(
    () => openResultFolder(out, photos, options),
    /list.json is damaged \(its content does not match its digest\)/,
  );
});

test("another photo of the same name is refused while there is a result of the first", async () => {
  const [one, two, out] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  await begin(openResultFolder(out, place(one, "a.png"), options));
  const moved = place(two, "a.png");
  refuse(() => openResultFolder(out, moved, options), /would both be called a/);
  writeFileSync(join(out, "a.json"), "result");
  rmSync(join(one, "a.png"));
  refuse(() => openResultFolder(out, moved, options), /would both be called a/);
  // Nothing was finished of the one that is gone: its name is free.
  rmSync(join(out, "a.json"));
  assert.deepEqual(namesOf(openResultFolder(out, moved, options).photos), ["a"]);
});

test("results are found again when all is moved together", async () => {
  const top = temporaryFolder();
  await begin(openResultFolder(join(top, "here", "out"), place(join(top, "here"), "a.png"), options));
  writeFileSync(join(top, "here", "out", "a.png"), "result");
  renameSync(join(top, "here"), join(top, "there"));
  const moved = openResultFolder(join(top, "there", "out"), place(join(top, "there"), "a.png"), options);
  assert.deepEqual([namesOf(moved.photos), moved.others], [["a"], []]);
});

test("a folder is one run's at a time; one whose process is gone is taken over", async () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  const open = (...names: string[]) => openResultFolder(out, place(folder, ...names), options);
  const locks = () => readdirSync(join(out, ".ddpm-dip")).filter((name) => !name.endsWith(".json"));
  const [first, second, third] = [open("a.png"), open("b.png"), open("b.png")];
  await first.begin();
  const held = new RegExp(
    `is being written to by process ${process.pid} on .*: wait for it; if it is gone, remove .*lock`,
  );
  await assert.rejects(second.begin(), (error) => error instanceof UsageError && held.test(error.message));
  first.close();
  // It would put its photos in the place of those that came meanwhile.
  await assert.rejects(third.begin(), /was changed by another run just now: run the command again/);
  assert.deepEqual(locks(), []);
  for (const [began, isGone] of [
    ["1 on elsewhere, begun at 5", false],
    [`${process.pid} on ${hostname()}, begun at 5`, true],
    [`4194305 on ${hostname()}, begun at 5`, true],
    ["", false],
  ] as const) {
    writeFileSync(join(out, ".ddpm-dip", "0.lock"), began);
    const next = open("b.png");
    if (isGone) await next.begin();
    else await assert.rejects(next.begin(), /is being written to by process/);
    next.close();
    rmSync(join(out, ".ddpm-dip", "0.lock"), { force: true });
    assert.deepEqual(locks(), []);
  }
  assert.deepEqual(namesOf(open("b.png").others), ["a"]);
});

test("a page is replaced by the next; one that was changed is kept", async () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  const photos = place(folder, "a.png");
  const write = async (content: string) => {
    const opened = openResultFolder(out, photos, options);
    await opened.begin();
    const told = await opened.writePage(content);
    opened.close();
    return told;
  };
  assert.equal(await write("one"), undefined);
  assert.equal(await write("two"), undefined);
  writeFileSync(join(out, "index.html"), "mine");
  assert.match(
    (await write("three")) ?? "",
    /index.html was changed since it was written: kept as .*index.changed.html/,
  );
  assert.equal(readFileSync(join(out, "index.changed.html"), "utf8"), "mine");
  assert.equal(readFileSync(join(out, "index.html"), "utf8"), "three");
});

test("a fresh run that was stopped goes on as the same one, and the next after its end is another", async () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  const photos = place(folder, "a.png");
  const tile = join(out, ".ddpm-dip", "tiles", "0".repeat(32), `0-${"1".repeat(32)}.safetensors`);
  const placeTile = () => {
    mkdirSync(dirname(tile), { recursive: true });
    writeFileSync(tile, "");
  };
  const begin = async (fresh: boolean) => {
    const opened = openResultFolder(out, photos, { ...options, fresh });
    await opened.begin();
    opened.close();
    return opened;
  };
  const plain = await begin(false);
  const old = plain.markOf("a");
  assert.ok(plain.counts(old) && (await begin(false)).counts(old));
  placeTile();
  const first = await begin(true);
  const made = first.markOf("a");
  assert.deepEqual([first.counts(old), first.counts(made), made.owner], [false, true, old.owner]);
  assert.ok(!existsSync(join(out, ".ddpm-dip", "tiles")));
  placeTile();
  // One without it makes some of what it has to make, and takes what was made before.
  const between = await begin(false);
  assert.deepEqual([between.markOf("a"), between.counts(old)], [made, true]);
  const second = await begin(true);
  assert.deepEqual([second.markOf("a"), second.counts(old), second.counts(made)], [made, false, true]);
  assert.ok(existsSync(tile));
  await second.end();
  assert.equal((await begin(true)).counts(made), false);
});

test("a mark is of the folder and the name, and stays from run to run", async () => {
  const [folder, out, elsewhere] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const photos = place(folder, "a.png", "b.png");
  const open = async (where: string) => {
    const opened = openResultFolder(where, photos, options);
    await begin(opened);
    return opened;
  };
  const [one, again, other] = [await open(out), await open(out), await open(elsewhere)];
  assert.deepEqual(one.markOf("a"), again.markOf("a"));
  assert.notEqual(one.markOf("a").owner, one.markOf("b").owner);
  assert.notEqual(one.markOf("a").owner, other.markOf("a").owner);
});

import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { openTileStore } from "../../src/cli/tileStore";
import { tf } from "../../src/runtime";
import { assertNoLeak, temporaryFolder } from "../helpers";

test("a tile is what was stored, or is named once and computed anew", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    const image = tf.tensor4d([0.25, 0.5, 0.75], [1, 1, 1, 3]);
    const rest = { risk: 1e-3, seconds: 1, iterations: 2, evaluations: 3, reasons: ["because"] };
    const version = { image, ...rest };
    const notices: string[] = [];
    const store = openTileStore(folder, "key", (text) => notices.push(text));
    const own = join(folder, ".ddpm-dip", "tiles", "key");
    const fileOf = () => join(own, readdirSync(own)[0] as string);
    const damage: ((bytes: Buffer) => Buffer)[] = [
      (bytes) => Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(4)]),
      (bytes) => Buffer.concat([bytes.subarray(0, -4), Buffer.from([0, 0, 192, 127])]),
      (bytes) => Buffer.from(bytes.toString("latin1").replace("because", "becouse"), "latin1"),
      (bytes) => bytes.subarray(0, 20),
      () => Buffer.alloc(0),
    ];
    for (const change of damage) {
      await store.write(0, version);
      const { image: read, ...costs } = store.read(0) as typeof version;
      assert.deepEqual([[...read.dataSync()], costs], [[0.25, 0.5, 0.75], rest]);
      read.dispose();
      writeFileSync(fileOf(), change(readFileSync(fileOf())));
      assert.equal(store.read(0), undefined);
      assert.match(
        notices.splice(0).join(),
        /0-\w+\.safetensors is damaged: its content .*; the tile is computed anew$/,
      );
      assert.equal(store.read(0), undefined);
      assert.deepEqual(notices, []);
    }
    // One tile's file in the place of another, of the same photo and of one that is the same run apart.
    await store.write(0, version);
    const other = openTileStore(folder, "other", (text) => notices.push(text));
    const wrong = join(folder, ".ddpm-dip", "tiles", "other", basename(fileOf()));
    mkdirSync(dirname(wrong));
    copyFileSync(fileOf(), wrong);
    assert.equal(other.read(0), undefined);
    assert.equal(notices.length, 1);
    renameSync(fileOf(), join(own, basename(fileOf()).replace("0-", "1-")));
    assert.equal(store.read(1), undefined);
    assert.equal(notices.length, 2);
    // What is not the store's is neither read nor removed.
    await store.write(0, version);
    for (const name of ["0-mine.safetensors", "notes.txt"]) writeFileSync(join(own, name), "mine");
    store.read(0)?.image.dispose();
    store.clear();
    other.clear();
    assert.deepEqual(readdirSync(own), ["0-mine.safetensors", "notes.txt"]);
    for (const name of readdirSync(own)) rmSync(join(own, name));
    store.clear();
    assert.deepEqual(readdirSync(join(folder, ".ddpm-dip")), []);
    image.dispose();
  }));

import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
    // One tile's file in the place of another.
    await store.write(0, version);
    renameSync(fileOf(), join(own, `1-${"0".repeat(32)}.safetensors`));
    assert.equal(store.read(1), undefined);
    assert.equal(notices.length, 1);
    store.clear();
    assert.deepEqual(readdirSync(join(folder, ".ddpm-dip")), []);
    image.dispose();
  }));

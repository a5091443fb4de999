import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openTileStore } from "../../src/cli/tileStore";
import { tf } from "../../src/runtime";
import { assertNoLeak, temporaryFolder } from "../helpers";

test("a tile is what was stored, or is named and computed anew", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    const image = tf.tensor4d([0.25, 0.5, 0.75], [1, 1, 1, 3]);
    const rest = { risk: 1e-3, seconds: 1, iterations: 2, evaluations: 3, reasons: ["because"] };
    const version = { image, ...rest };
    const notices: string[] = [];
    const store = openTileStore(folder, "key", (text) => notices.push(text));
    const own = join(folder, ".ddpm-dip", "tiles", "key");
    const file = join(own, "0.safetensors");
    assert.equal(store.read(0), undefined);
    for (const change of [
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(4)]),
      (bytes: Buffer) => bytes.subarray(0, 20),
      () => Buffer.alloc(0),
    ]) {
      await store.write(0, version);
      const { image: read, ...costs } = store.read(0) as typeof version;
      assert.deepEqual([[...read.dataSync()], costs], [[0.25, 0.5, 0.75], rest]);
      read.dispose();
      writeFileSync(file, change(readFileSync(file)));
      assert.equal(store.read(0), undefined);
      assert.match(notices.splice(0).join(), /0\.safetensors is damaged: .*; the tile is computed anew$/);
    }
    assert.equal(openTileStore(folder, "other", assert.fail).read(0), undefined);
    store.clear();
    assert.equal(existsSync(own), false);
    image.dispose();
  }));

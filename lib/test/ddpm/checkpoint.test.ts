import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cosineSchedule, createNetwork, type DdpmDescription, loadDdpm, saveDdpm } from "../../src/ddpm";
import { countNumbers } from "../../src/ddpm/countNumbers";
import { countParameters } from "../../src/nn";
import { openStream, tf, writeCheckpoint } from "../../src/runtime";
import { assertNoLeak, temporaryFolder } from "../helpers";

const description: DdpmDescription = {
  network: {
    baseChannels: 16,
    multipliers: [1, 2],
    blocks: 1,
    imageChannels: 3,
    attentionLevels: [1],
    heads: 2,
    dropout: 0,
    classes: 4,
    prediction: "velocity",
    learnsVariance: false,
  },
  schedule: { kind: "cosine", steps: 50 },
};

test("a DDPM comes back from its file as it was, with its notes", () =>
  assertNoLeak(async () => {
    const file = join(temporaryFolder(), "a.safetensors");
    const network = createNetwork(description, 3);
    await saveDdpm(file, network.parameters, description, { licence: "MIT" });
    const loaded = loadDdpm(file);
    assert.deepEqual(loaded.description, description);
    assert.deepEqual(loaded.notes, { licence: "MIT" });
    assert.equal(loaded.schedule.alphaBar[50], cosineSchedule(50).alphaBar[50]);
    tf.tidy(() => {
      const xt = openStream(1, "data").normal([2, 8, 8, 3]) as tf.Tensor4D;
      const steps = tf.tensor1d([3, 40]);
      assert.deepEqual(loaded.network.apply(xt, steps).dataSync(), network.apply(xt, steps).dataSync());
    });
    network.dispose();
    loaded.network.dispose();
  }));

test("a file that is no DDPM, damaged or of another network is named", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "b.safetensors");
  const network = createNetwork(description, 3);
  await writeCheckpoint(file, { tensors: network.parameters, metadata: {} });
  assert.throws(() => loadDdpm(file), /b\.safetensors holds no DDPM/);
  await saveDdpm(file, network.parameters, {
    ...description,
    network: { ...description.network, baseChannels: 8 },
  });
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: its description makes a network of \d+ numbers/);
  await saveDdpm(
    file,
    {
      ...network.parameters,
      "input.bias": network.parameters["time.0.bias"] as tf.Variable,
      "time.0.bias": network.parameters["input.bias"] as tf.Variable,
    },
    description,
  );
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: ".*" is \[.*\], want \[/);
  await saveDdpm(file, network.parameters, { ...description, schedule: { kind: "cosine", steps: 0 } });
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: .*/);
  for (const name of ["more", "toString", "constructor"]) {
    await saveDdpm(
      file,
      { ...network.parameters, [name]: network.parameters["input.bias"] as tf.Variable },
      description,
    );
    assert.throws(
      () => loadDdpm(file),
      /b\.safetensors is damaged: its description makes .* numbers, its tensors hold/,
    );
    const nothing = tf.variable(tf.zeros([0]));
    await saveDdpm(file, { ...network.parameters, [name]: nothing }, description);
    assert.throws(() => loadDdpm(file), new RegExp(`b\\.safetensors is damaged: its network has no "${name}"`));
    nothing.dispose();
  }
  await writeCheckpoint(file, { tensors: network.parameters, metadata: { kind: "ddpm", description: "{" } });
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: its description is not JSON/);
  writeFileSync(file, "xx");
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged/);
  assert.throws(() => loadDdpm(join(folder, "none")), /none/);
  network.dispose();
});

const unet = (changes: object) => ({ ...description.network, ...changes });
const residual = (changes: object) => ({
  ...{
    kind: "residual-unet",
    widths: [8, 16],
    blocks: [1, 2],
    embedding: 12,
    imageChannels: 3,
    classes: 0,
    ...changes,
  },
});

test("the numbers of a network are counted without making it", () => {
  const shapes = [
    unet({}),
    unet({ classes: 0, attentionLevels: [], imageChannels: 1 }),
    unet({ multipliers: [2, 1, 3], blocks: 2, attentionLevels: [0, 2] }),
    unet({ multipliers: [1], blocks: 3, attentionLevels: [] }),
    residual({}),
    residual({ widths: [8], blocks: [2], classes: 5 }),
    residual({ widths: [4, 8, 6], blocks: [2, 1, 3], imageChannels: 1 }),
  ] as DdpmDescription["network"][];
  for (const network of shapes) {
    const made = createNetwork({ ...description, network }, 1);
    assert.equal(countNumbers(network), countParameters(made.parameters), JSON.stringify(network));
    made.dispose();
  }
});

test("a description of a huge network is refused before any of it is made", async () => {
  const file = join(temporaryFolder(), "huge.safetensors");
  // As large as the widest kernel that is described: 4.7 MB.
  const kernel = tf.variable(tf.zeros([3, 3, 362, 362]));
  const rows = [
    [
      unet({ baseChannels: 8, multipliers: [8, 8, 8, 8, 8, 8], blocks: 4, classes: 10_000 }),
      /makes a network of 5709011 numbers/,
    ],
    [residual({ widths: [361, 361, 361, 361], blocks: [16, 16, 16, 16] }), /makes a network of 2\d{8} numbers/],
    [unet({ baseChannels: 512, multipliers: [8, 8, 8, 8, 8, 8] }), /makes a network of \d{10} numbers/],
    [unet({ attentionLevels: [5] }), /want levels that there are multipliers for/],
    [residual({ blocks: [1] }), /want as many as there are widths/],
  ] as const;
  for (const [network, message] of rows) {
    const told = { ...description, network } as DdpmDescription;
    await saveDdpm(file, { kernel }, told, {}, { precision: "float16" });
    const before = process.memoryUsage().rss;
    await assertNoLeak(() => assert.throws(() => loadDdpm(file), message));
    assert.ok(process.memoryUsage().rss - before < 100e6, JSON.stringify(network));
  }
  kernel.dispose();
});

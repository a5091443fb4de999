import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cosineSchedule, createNetwork, type DdpmDescription, loadDdpm, saveDdpm } from "../../src/ddpm";
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
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: ".*" is \[.*\], want \[/);
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
    assert.throws(() => loadDdpm(file), new RegExp(`b\\.safetensors is damaged: its network has no "${name}"`));
  }
  await saveDdpm(file, network.parameters, {
    ...description,
    network: { ...description.network, attentionLevels: [5] },
  });
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: .*want levels that there are multipliers for/);
  // 512 channels at the finest level: 4 GB, were it made.
  const huge = { ...description.network, baseChannels: 512, multipliers: [1, 2, 4, 8], attentionLevels: [] };
  await saveDdpm(file, network.parameters, { ...description, network: huge });
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: its network has more weights than it holds/);
  await writeCheckpoint(file, { tensors: network.parameters, metadata: { kind: "ddpm", description: "{" } });
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged: its description is not JSON/);
  writeFileSync(file, "xx");
  assert.throws(() => loadDdpm(file), /b\.safetensors is damaged/);
  assert.throws(() => loadDdpm(join(folder, "none")), /none/);
  network.dispose();
});

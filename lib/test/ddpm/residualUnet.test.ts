import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createResidualUnet, linearSchedule, loadDdpm, openDenoiser, saveDdpm, trainDdpm } from "../../src/ddpm";
import { assignParameters } from "../../src/nn";
import { defineStep, openStream, readCheckpoint, record, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, drawRamp, temporaryFolder } from "../helpers";

const schedule = linearSchedule(1000);
const shape = { widths: [8, 12, 16], blocks: [1, 2, 1], embedding: 8 };
const classes = 2;

test("a network with PyTorch's weights says what PyTorch says, op by op and recorded", () =>
  assertNoLeak(() => {
    const { tensors } = readCheckpoint(join(__dirname, "..", "fixtures", "residualUnet.safetensors"));
    const { images, steps, output, labelled, ...weights } = tensors as Record<string, tf.Tensor>;
    const network = createResidualUnet({ ...shape, classes }, schedule, 1);
    assignParameters(
      network.parameters,
      Object.fromEntries(Object.entries(weights).map(([name, value]) => [name.replace("weights.", ""), value])),
    );
    const said = network.apply(images as tf.Tensor4D, steps as tf.Tensor1D);
    assertClose(said.dataSync(), (output as tf.Tensor).dataSync(), 2e-5);
    const labels = tf.tensor1d([1, 0], "int32");
    const told = network.apply(images as tf.Tensor4D, steps as tf.Tensor1D, { labels });
    assertClose(told.dataSync(), (labelled as tf.Tensor).dataSync(), 2e-5);
    tf.dispose([labels, told]);
    const apply = defineStep({ x: { shape: [null, 8, 12, 3] }, t: { shape: [null] } }, ({ x, t }) => ({
      y: network.apply(x as tf.Tensor4D, t as tf.Tensor1D),
    }));
    const recording = record({ apply });
    const { y } = recording.run("apply", { x: images as tf.Tensor4D, t: steps as tf.Tensor1D });
    assertClose(y.dataSync(), said.dataSync(), 1e-5);
    recording.dispose();
    network.dispose();
    tf.dispose([tensors, said, y]);
  }));

test("a level is told: the same image at another t gives another answer, at the same one the same", () =>
  assertNoLeak(() => {
    const network = createResidualUnet({ ...shape, classes }, schedule, 1);
    // A block that says nothing about the level at first is made to.
    const film = network.parameters["down.0.0.film.weight"] as tf.Variable;
    const ones = tf.ones(film.shape);
    film.assign(ones);
    ones.dispose();
    const x = openStream(1, "noise").normal([1, 8, 8, 3]) as tf.Tensor4D;
    const say = (t: number, label?: number) =>
      tf.tidy(() => {
        const context = label === undefined ? {} : { labels: tf.tensor1d([label], "int32") };
        return Array.from(network.apply(x, tf.tensor1d([t]), context).dataSync());
      });
    assert.deepEqual(say(20), say(20));
    assert.notDeepEqual(say(20), say(700));
    assert.notDeepEqual(say(20, 0), say(20, 1));
    assert.deepEqual(say(20, 2), say(20), "the label past the last class stands for none");
    network.dispose();
    x.dispose();
  }));

test("a training by Muon at log-normal levels lowers the loss, recorded as op by op, and half precision is read back", async () => {
  const file = join(temporaryFolder(), "small.safetensors");
  const options = {
    learningRate: 3e-3,
    optimizer: "muon",
    times: { mean: -1.6, deviation: 1, uniformShare: 0.1 },
  } as const;
  const images = () => {
    const ramp = drawRamp(16, 0, 1);
    const batch = tf.tile(ramp, [4, 1, 1, 1]) as tf.Tensor4D;
    ramp.dispose();
    return batch;
  };
  const losses = (engine: "recorded" | "eager", steps: number) => {
    const network = createResidualUnet(shape, schedule, 1);
    const found = Array.from(trainDdpm(network, schedule, images, { ...options, steps, engine }), ({ loss }) => loss);
    return { network, found };
  };
  await assertNoLeak(async () => {
    const { network, found } = losses("recorded", 60);
    const eager = losses("eager", 2);
    eager.network.dispose();
    assertClose(found.slice(0, 2), eager.found, 2e-3);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(mean(found.slice(-10)) < 0.7 * mean(found.slice(0, 10)), `${found}`);
    const description = {
      network: { kind: "residual-unet" as const, ...shape, imageChannels: 3 as const, classes: 0 },
      schedule: { kind: "linear" as const, steps: 1000 },
    };
    await saveDdpm(file, network.parameters, description, {}, { precision: "float16" });
    const loaded = loadDdpm(file);
    assert.deepEqual(loaded.description, description);
    const x = openStream(1, "noise").normal([1, 16, 16, 3]) as tf.Tensor4D;
    const [before, after] = [network, loaded.network].map((one) => {
      const denoiser = openDenoiser(one, schedule, [16, 16, 3]);
      const seen = denoiser.denoise(x, 50);
      const values = seen.clean.dataSync();
      tf.dispose(Object.values(seen));
      denoiser.dispose();
      return values;
    }) as [Float32Array, Float32Array];
    assertClose(after, before, 5e-3);
    network.dispose();
    loaded.network.dispose();
    x.dispose();
  });
});

test("what does not fit is named", () => {
  assert.throws(() => createResidualUnet({ ...shape, widths: [] }, schedule, 1), /widths: got an empty list/);
  assert.throws(() => createResidualUnet({ ...shape, blocks: [1] }, schedule, 1), /blocks: got 1 numbers, want 3/);
  assert.throws(() => createResidualUnet({ ...shape, widths: [8, 0, 8] }, schedule, 1), /widths: got 0/);
  const network = createResidualUnet(shape, schedule, 1);
  const odd = tf.zeros([1, 8, 10, 3]) as tf.Tensor4D;
  assert.throws(
    () => network.apply(odd, tf.zeros([1])),
    /got images of 10x8 with 3 channels, want sides divisible by 4/,
  );
  network.dispose();
});

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addNoise, linearSchedule, loadFfdnet, openDenoiser, predictByDenoiser } from "../../src/ddpm";
import { openAdaptation } from "../../src/fusion";
import { defineStep, openStream, projectFolder, readCheckpoint, record, tf, writeCheckpoint } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, drawRamp, temporaryFolder } from "../helpers";

const file = join(projectFolder(), "data", "checkpoints", "ffdnet.safetensors");
const fixture = join(__dirname, "..", "fixtures", "ffdnet.safetensors");
const schedule = linearSchedule();

/** python scripts/priors/ffdnet.py --golden lib/test/fixtures/ffdnet.safetensors */
function readGolden() {
  const { tensors } = readCheckpoint(fixture);
  const { sigmas, noisy, denoised, even } = tensors as Record<string, tf.Tensor>;
  return { tensors, sigmas: sigmas as tf.Tensor1D, noisy: noisy as tf.Tensor4D, denoised, even };
}

test("it is the PyTorch network that ships the weights, at four noise levels, of odd sides and of even ones", () =>
  assertNoLeak(() => {
    const { tensors, sigmas, noisy, denoised, even } = readGolden();
    const network = loadFfdnet(file);
    const all = network.denoise(noisy, sigmas);
    assert.deepEqual(all.shape, [4, 29, 37, 3]);
    assertClose(all.dataSync(), denoised?.dataSync() ?? [], 1e-5);
    const cut = tf.slice(noisy, [0, 0, 0, 0], [-1, 28, 36, -1]);
    const evenly = network.denoise(cut, sigmas);
    assertClose(evenly.dataSync(), even?.dataSync() ?? [], 1e-5);
    for (const [i, sigma] of sigmas.dataSync().entries()) {
      const [one, want] = [tf.slice(noisy, i, 1), tf.slice(all, i, 1)];
      const alone = network.denoise(one, sigma);
      assertClose(alone.dataSync(), want.dataSync(), 1e-5);
      disposeAll(one, want, alone);
    }
    tf.dispose(tensors);
    disposeAll(network, all, cut, evenly);
  }));

test("in a recorded step it gives what it gives by itself, of any number of images, after its weights change too", () =>
  assertNoLeak(() => {
    const { tensors, sigmas, noisy } = readGolden();
    const network = loadFfdnet(file);
    const step = defineStep({ noisy: { shape: [null, 29, 37, 3] }, sigma: { shape: [null] } }, (fed) => ({
      image: network.denoise(fed.noisy as tf.Tensor4D, fed.sigma as tf.Tensor1D),
    }));
    const recording = record({ step });
    const compare = (count: number) => {
      const [some, levels] = [tf.slice(noisy, 0, count), tf.slice(sigmas, 0, count)];
      const [image] = [recording.run("step", { noisy: some, sigma: levels }).image as tf.Tensor4D];
      const own = network.denoise(some, levels);
      assertClose(image.dataSync(), own.dataSync(), 1e-5);
      disposeAll(some, levels, image, own);
    };
    for (const count of [1, 4]) compare(count);
    const bias = network.parameters["layer.11.bias"] as tf.Variable;
    tf.tidy(() => bias.assign(bias.add(0.1)));
    recording.write();
    compare(2);
    tf.dispose(tensors);
    disposeAll(recording, network);
  }));

test("its gradients are those of differences along them, by its weights and by its input, the repeated edge included", () =>
  assertNoLeak(() => {
    const network = loadFfdnet(file);
    const noisy = openStream(1, "data").uniform([1, 5, 5, 3], 0, 1) as tf.Tensor4D;
    const bias = network.parameters["layer.3.bias"] as tf.Variable;
    const loss = (image: tf.Tensor4D): tf.Scalar => network.denoise(image, 0.1).square().sum();
    const check = (gradient: tf.Tensor, lossAt: (step: tf.Tensor) => tf.Scalar) =>
      tf.tidy(() => {
        const slope = gradient.norm();
        const [ahead, behind] = [5e-3, -5e-3].map((length) => lossAt(gradient.div(slope).mul(length)));
        const difference = ((ahead as tf.Scalar).sub(behind as tf.Scalar).dataSync()[0] as number) / 1e-2;
        assertClose(slope.dataSync(), [difference], 0.02 * difference);
      });
    tf.tidy(() => {
      const byInput = tf.grad(loss as (x: tf.Tensor) => tf.Tensor)(noisy);
      check(byInput, (step) => loss(noisy.add(step)));
      check(byInput.mul(tf.range(0, 5).greaterEqual(4).cast("float32").reshape([1, 5, 1, 1])), (step) =>
        loss(noisy.add(step)),
      );
    });
    const { value, grads } = tf.variableGrads(() => loss(noisy), Object.values(network.parameters));
    assert.equal(Object.keys(grads).length, 24);
    const kept = bias.clone();
    check(grads[bias.name] as tf.Tensor, (step) => {
      bias.assign(kept.add(step));
      return loss(noisy);
    });
    tf.dispose([noisy, kept, value, ...Object.values(grads)]);
    network.dispose();
  }));

test("as a network of the diffusion it says x_0 and the noise that follows, to level 168, and no further", () =>
  assertNoLeak(() => {
    const network = predictByDenoiser(loadFfdnet(file), schedule);
    assert.equal(network.lastLevel, 168);
    const [recorded, eager] = (["recorded", "eager"] as const).map((engine) =>
      openDenoiser(network, schedule, [17, 18, 3], { engine }),
    ) as [ReturnType<typeof openDenoiser>, ReturnType<typeof openDenoiser>];
    const clean = tf.tidy(() => drawRamp(18, -0.6, 0.6).slice([0, 0, 0, 0], [1, 17, 18, 3]) as tf.Tensor4D);
    const noise = openStream(1, "noise").normal([1, 17, 18, 3]) as tf.Tensor4D;
    const alone = loadFfdnet(file);
    for (const t of [1, 60, 168]) {
      const xt = addNoise(schedule, clean, noise, t);
      const alphaBar = schedule.alphaBar[t] as number;
      const [one, two] = [recorded.denoise(xt, t, { clip: false }), eager.denoise(xt, t, { clip: false })];
      const expected = tf.tidy(() => {
        const sigma = Math.sqrt((1 - alphaBar) / alphaBar) / 2;
        const x0 = alone
          .denoise(xt.div<tf.Tensor4D>(Math.sqrt(alphaBar)).add<tf.Tensor4D>(1).div(2), sigma)
          .mul(2)
          .sub(1);
        return { clean: x0, noise: xt.sub(x0.mul(Math.sqrt(alphaBar))).div(Math.sqrt(1 - alphaBar)) };
      });
      assertClose(one.clean.dataSync(), expected.clean.dataSync(), 2e-5);
      // The noise of the lowest level is a hundred times the difference that it follows from.
      assertClose(one.noise.dataSync(), expected.noise.dataSync(), 2e-3);
      assertClose(two.clean.dataSync(), one.clean.dataSync(), 2e-5);
      assertClose(two.noise.dataSync(), one.noise.dataSync(), 2e-3);
      tf.dispose([xt, one, two, expected]);
    }
    assert.throws(() => recorded.denoise(clean, 169), /t: got 169, the network knows the levels to 168/);
    assert.throws(() => recorded.denoise(clean, 0.5), /t: got 0.5, want a whole number/);
    const coarse = linearSchedule(10, { first: 0.5, last: 0.6 });
    assert.throws(() => predictByDenoiser(alone, coarse), /the schedule's first level is noisier/);
    disposeAll(recorded, eager, network, alone, clean, noise);
  }));

test("it is adapted to an image by its weights, as far as the levels that it knows", () =>
  assertNoLeak(() => {
    const open = () => predictByDenoiser(loadFfdnet(file), schedule);
    const noisy = openStream(1, "data").uniform([1, 15, 16, 3], 0, 1) as tf.Tensor4D;
    const adaptation = openAdaptation(open, schedule, noisy, { sigma: 0.1, iterations: 30, learningRate: 1e-4 });
    const losses = [...adaptation.fit()].map(({ loss }) => loss);
    const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss) / part.length;
    assert.ok(mean(losses.slice(-5)) < mean(losses.slice(0, 5)), `losses ${losses}`);
    assert.throws(
      () => openAdaptation(open, schedule, noisy, { sigma: 0.29 }),
      /t: got 1\d\d, the network knows the levels to 168/,
    );
    disposeAll(adaptation, noisy);
  }));

test("a noise level that it does not know, grey images, another network's file and a damaged one are refused by name", () =>
  assertNoLeak(async () => {
    const network = loadFfdnet(file);
    const image = drawRamp(8, 0, 1);
    for (const sigma of [-0.01, 76 / 255, Number.NaN]) {
      assert.throws(() => network.denoise(image, sigma), /sigma: got (-0.01|0.298\d+|NaN), FFDNet knows 0 to 0.2941/);
    }
    network.denoise(image, 75 / 255).dispose();
    const grey = tf.zeros([1, 8, 8, 1]) as tf.Tensor4D;
    assert.throws(() => network.denoise(grey, 0.1), /FFDNet: got images \[1,8,8,1\]/);
    disposeAll(network, image, grey);
    const folder = temporaryFolder();
    assert.throws(() => loadFfdnet(join(folder, "none.safetensors")), /none\.safetensors/);
    assert.throws(() => loadFfdnet(fixture), /fixtures.ffdnet\.safetensors holds no FFDNet/);
    const { tensors, metadata } = readCheckpoint(file);
    const cut = join(folder, "cut.safetensors");
    const { "layer.7.bias": lost, ...rest } = tensors;
    await writeCheckpoint(cut, { tensors: rest, metadata });
    assert.throws(() => loadFfdnet(cut), /cut\.safetensors is damaged: "layer.7.bias" is missing, want \[96\]/);
    await writeCheckpoint(cut, {
      tensors: { ...tensors, "layer.7.bias": tensors["layer.11.bias"] as tf.Tensor },
      metadata,
    });
    assert.throws(() => loadFfdnet(cut), /cut\.safetensors is damaged: "layer.7.bias" is \[12\], want \[96\]/);
    writeFileSync(cut, "xx");
    assert.throws(() => loadFfdnet(cut), /cut\.safetensors is damaged/);
    assert.ok(lost);
    tf.dispose(tensors);
  }));

import assert from "node:assert/strict";
import { test } from "node:test";
import { createUnet, denoiseOnce, linearSchedule, openDenoiser, type Unet } from "../../src/ddpm";
import { adaptDenoiser } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";
import { tinyNetwork } from "../tinyCheckpoint";

const schedule = linearSchedule();
const sigma = 0.1;
const unet = (): Unet => createUnet(tinyNetwork, 1);
const target = openStream(1, "data").uniform([2, 16, 16, 3], 0, 1) as tf.Tensor4D;

function adapt(count: number, iterations: number, options: object = {}) {
  const networks = Array.from({ length: count }, unet);
  const noisy = tf.slice(target, 0, count);
  const losses: number[] = [];
  let first: Float32Array = new Float32Array();
  for (const seen of adaptDenoiser(networks, schedule, noisy, { sigma, iterations, seed: 1, ...options })) {
    losses.push(seen.loss);
    if (seen.iteration === 1) first = seen.output.dataSync() as Float32Array;
  }
  noisy.dispose();
  for (const network of networks) network.dispose();
  return { losses, first };
}

test("it starts from the trained denoiser's posterior mean, repeats itself and leaves nothing behind", () =>
  assertNoLeak(() => {
    const { losses, first } = adapt(1, 3);
    assert.deepEqual(adapt(1, 3).losses, losses);
    assert.notDeepEqual(adapt(1, 3, { seed: 2 }).losses, losses);
    const [network, noisy] = [unet(), tf.slice(target, 0, 1)];
    const denoiser = openDenoiser(network, schedule, [16, 16, 3]);
    const guess = denoiseOnce(denoiser, noisy, sigma);
    assertClose(first, guess.dataSync(), 1e-4);
    denoiser.dispose();
    network.dispose();
    tf.dispose([noisy, guess]);
  }));

test("it lowers the recorrupted loss of an image, of a pair by a network each", () =>
  assertNoLeak(() => {
    for (const count of [1, 2]) {
      const { losses } = adapt(count, 40, { learningRate: 1e-3 });
      const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss) / part.length;
      assert.ok(mean(losses.slice(-10)) < mean(losses.slice(0, 10)), `losses ${losses}`);
    }
  }));

test("an adaptation that is broken off frees what it made", () =>
  assertNoLeak(() => {
    const network = unet();
    const noisy = tf.slice(target, 0, 1);
    for (const { iteration } of adaptDenoiser([network], schedule, noisy, { sigma })) if (iteration === 2) break;
    noisy.dispose();
    network.dispose();
  }));

test("what is out of range is refused", () => {
  const network = unet();
  const first = (networks: Unet[], options: object) =>
    adaptDenoiser(networks, schedule, target, { sigma, ...options }).next();
  assert.throws(() => first([network, network], { sigma: 0 }), /sigma: got 0, want a number above 0/);
  assert.throws(() => first([network, network], { a: -1 }), /a: got -1/);
  assert.throws(() => first([network], {}), /networks: got 1 for 2 images/);
  network.dispose();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { addNoise, createUnet, linearSchedule, toModelRange } from "../../src/ddpm";
import { createSkipNetwork, type FitState, fitDip, squaredError } from "../../src/dip";
import { adversarialTerm, perceptualTerm } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";
import { tinyNetwork } from "../tinyCheckpoint";

const schedule = linearSchedule();
const shape: [number, number, number, number] = [1, 16, 16, 3];
const draw = (seed: number) => openStream(seed, "data").uniform(shape, 0, 1) as tf.Tensor4D;
const stateOf = (output: tf.Tensor4D) => ({ output }) as unknown as FitState;
const read = (value: tf.Tensor) => value.dataSync()[0] as number;

test("an encoder's levels halve in size, and are what the way up is given", () =>
  assertNoLeak(() => {
    const [network, image, odd] = [createUnet(tinyNetwork, 1), draw(1), tf.zeros([1, 15, 16, 3]) as tf.Tensor4D];
    const steps = tf.fill([1], 20) as tf.Tensor1D;
    const levels = network.encode(image, steps);
    assert.deepEqual(
      levels.map((level) => level.shape),
      [
        [1, 16, 16, 16],
        [1, 8, 8, 32],
      ],
    );
    assert.throws(() => network.encode(odd, steps), /U-Net: got images of 16x15/);
    disposeAll(network, image, odd, steps, ...levels);
  }));

test("the perceptual distance is 0 to the reference, grows with the change and with the weight", () =>
  assertNoLeak(() => {
    const [network, reference, noise] = [createUnet(tinyNetwork, 1), draw(1), draw(2)];
    const distance = (weight: number, change: number) => {
      const term = perceptualTerm(network, schedule, reference, { weight });
      const value = tf.tidy(() => read(term.term(stateOf(reference.add<tf.Tensor4D>(noise.mul(change))))));
      term.dispose();
      return value;
    };
    assertClose([distance(1, 0)], [0], 1e-12);
    const [small, large] = [distance(1, 0.02), distance(1, 0.2)];
    assert.ok(0 < small && small < large, `${small}, ${large}`);
    assertClose([distance(3, 0.2)], [3 * large], 1e-6);
    const expected = tf.tidy(() => {
      const levelsOf = (image: tf.Tensor4D) =>
        network.encode(addNoise(schedule, toModelRange(image), tf.zeros(shape), 20), tf.fill([1], 20));
      const [changed, wanted] = [levelsOf(reference.add<tf.Tensor4D>(noise.mul(0.2))), levelsOf(reference)];
      const parts = wanted.map((level, i) =>
        tf
          .squaredDifference(changed[i] as tf.Tensor4D, level)
          .mean()
          .div(level.square().mean()),
      );
      return read(tf.addN(parts).div(parts.length).mul(tf.moments(reference).variance));
    });
    assertClose([large / expected], [1], 1e-4);
    assert.throws(() => perceptualTerm(network, schedule, reference, { weight: -1 }), /weight: got -1/);
    assert.throws(
      () => perceptualTerm(network, schedule, reference, { weight: 1, t: 0 }),
      /t: got 0, want a whole number/,
    );
    disposeAll(network, reference, noise);
  }));

test("a fit by the perceptual distance alone comes nearer to the reference", () =>
  assertNoLeak(() => {
    const [network, reference] = [createUnet(tinyNetwork, 1), draw(1)];
    const prior = createSkipNetwork({ filters: [8, 8], skipFilters: 2 }, 1);
    const { term, dispose } = perceptualTerm(network, schedule, reference, { weight: 1 });
    const losses = Array.from(fitDip(prior, reference, { iterations: 40, objective: term }), ({ loss }) => loss);
    assert.ok((losses.at(-1) as number) < 0.7 * (losses[0] as number), `${losses[0]} to ${losses.at(-1)}`);
    dispose();
    disposeAll(network, reference, prior);
  }));

test("the discriminator learns in the fit's own step to tell its output from the real patches, on both engines alike", () =>
  assertNoLeak(() => {
    const [target, real] = [draw(1), tf.tidy(() => draw(3).mul<tf.Tensor4D>(0.2))];
    const run = (engine: "recorded" | "eager") => {
      const prior = createSkipNetwork({ filters: [8], skipFilters: 2 }, 1);
      const { term, controls, alongside, score, dispose } = adversarialTerm(() => real, shape, {
        weight: 1e-3,
        seed: 1,
      });
      const gap = (image: tf.Tensor4D) => tf.tidy(() => read(score(real).mean()) - read(score(image).mean()));
      const before = gap(target);
      const losses: number[] = [];
      const objective = (state: FitState) => squaredError(state).add<tf.Scalar>(term(state));
      const fit = fitDip(prior, target, { iterations: 60, objective, controls, alongside, engine });
      for (const { loss } of fit) losses.push(loss);
      // The recording has written the discriminator's weights back at its end.
      const after = gap(target);
      dispose();
      prior.dispose();
      return { before, after, losses };
    };
    const recorded = run("recorded");
    assert.ok(recorded.after > recorded.before + 0.2, `${recorded.before} to ${recorded.after}`);
    assertClose(run("eager").losses.slice(0, 5), recorded.losses.slice(0, 5), 1e-4);
    assert.throws(() => adversarialTerm(() => real, shape, { weight: Number.NaN }), /weight: got NaN/);
    disposeAll(target, real);
  }));

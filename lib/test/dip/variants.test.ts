import assert from "node:assert/strict";
import { test } from "node:test";
import { createSkipNetwork, fitDip, fitFedBack, pairNetworks } from "../../src/dip";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const tiny = { filters: [8, 8], skipFilters: 2, inputChannels: 4 };
const target = openStream(1, "data").uniform([1, 16, 16, 3], 0, 1) as tf.Tensor4D;
const other = openStream(2, "data").uniform([1, 16, 16, 3], 0, 1) as tf.Tensor4D;

function lossesOf(fit: Iterable<{ loss: number }>): number[] {
  const losses: number[] = [];
  for (const { loss } of fit) losses.push(loss);
  return losses;
}

test("twins fitted in one step are two fits: their loss is the mean of the two", () =>
  assertNoLeak(() => {
    const options = { iterations: 6, seed: 1 };
    const singles = [target, other].map((image) => {
      const network = createSkipNetwork(tiny, 1);
      const losses = lossesOf(fitDip(network, image, options));
      network.dispose();
      return losses;
    });
    const pair = pairNetworks(createSkipNetwork(tiny, 1), createSkipNetwork(tiny, 1));
    const both = tf.concat([target, other]);
    const losses = lossesOf(fitDip(pair, both as tf.Tensor4D, options));
    assertClose(
      losses,
      losses.map((_, i) => ((singles[0]?.[i] as number) + (singles[1]?.[i] as number)) / 2),
      1e-4,
    );
    pair.dispose();
    both.dispose();
  }));

test("twins of different inputs are refused", () => {
  const [first, second] = [createSkipNetwork(tiny, 1), createSkipNetwork({ ...tiny, inputChannels: 3 }, 1)];
  assert.throws(() => pairNetworks(first, second), /pairNetworks: the inputs are \[1,8,8,4\] and \[1,8,8,3\]/);
  first.dispose();
  second.dispose();
});

test("Langevin noise moves the kernels by its own scale and nothing else, the same way each time", () =>
  assertNoLeak(() => {
    const kernelsAfter = (scale: number) => {
      const network = createSkipNetwork(tiny, 1);
      const weightNoise = { scale, seed: 3 };
      for (const _ of fitDip(network, target, { iterations: 1, learningRate: 0.01, seed: 1, weightNoise }));
      const read = Object.entries(network.parameters).map(
        ([name, value]) => [name, value.rank, value.dataSync()] as const,
      );
      network.dispose();
      return read;
    };
    const [still, shaken] = [kernelsAfter(0), kernelsAfter(2)];
    assert.deepEqual(kernelsAfter(2), shaken);
    const moves: number[] = [];
    for (const [i, [name, rank, values]] of shaken.entries()) {
      const before = still[i]?.[2] as Float32Array;
      if (rank === 4) moves.push(...Array.from(values, (v, j) => v - (before[j] as number)));
      else assert.deepEqual(values, before, name);
    }
    const deviation = Math.sqrt(moves.reduce((sum, v) => sum + v * v, 0) / moves.length);
    assertClose([deviation], [0.02], 0.001);
  }));

test("controls are read before each iteration and reach the objective", () =>
  assertNoLeak(() => {
    const network = createSkipNetwork(tiny, 1);
    const losses = lossesOf(
      fitDip(network, target, {
        iterations: 3,
        controls: { shapes: { offset: [] }, read: (iteration) => ({ offset: 10 * iteration }) },
        objective: ({ measured, target: wanted, controls }) =>
          measured
            .sub(wanted)
            .square()
            .mean()
            .mul(0)
            .add(controls.offset as tf.Tensor),
      }),
    );
    assert.deepEqual(losses, [10, 20, 30]);
    network.dispose();
  }));

test("a network that is fed its own output sees it: the first inputs are as published, and it repeats itself", () =>
  assertNoLeak(() => {
    const seen: Float32Array[] = [];
    const run = (options: object) => {
      const network = createSkipNetwork({ ...tiny, inputChannels: 3 }, 1);
      const watched = {
        ...network,
        apply: (z: tf.Tensor4D) => {
          seen.push(z.dataSync() as Float32Array);
          return network.apply(z);
        },
      };
      const losses: number[] = [];
      const outputs: Float32Array[] = [];
      for (const { loss, output } of fitFedBack(watched, target, {
        renewEvery: 2,
        start: "image",
        iterations: 4,
        engine: "eager",
        ...options,
      })) {
        losses.push(loss);
        outputs.push(output.dataSync() as Float32Array);
      }
      network.dispose();
      return { losses, outputs };
    };
    const { losses, outputs } = run({ autoencoding: 1 });
    assert.deepEqual(seen[0], target.dataSync());
    assert.deepEqual(seen[1], target.dataSync());
    assertClose(seen[2] as Float32Array, outputs[1] as Float32Array, 0);
    // The input is the target, so the autoencoding term is the same error again.
    assertClose([losses[0] as number], [2 * (run({}).losses[0] as number)], 1e-5);
    assert.deepEqual(run({ autoencoding: 1 }).losses, losses);
    assert.notDeepEqual(run({ start: "noise" }).losses, losses);
    const renewals: number[] = [];
    const inputNoise = (renewal: number) => {
      renewals.push(renewal);
      return 0.1;
    };
    run({ inputNoise });
    assert.deepEqual(renewals, [0, 1, 2], "each renewal is asked for its own noise");
  }));

test("a fed-back fit refuses what is out of range", () => {
  const network = createSkipNetwork(tiny, 1);
  const first = (options: object) => fitFedBack(network, target, { renewEvery: 1, start: "image", ...options }).next();
  assert.throws(() => first({ renewEvery: 0 }), /renewEvery: got 0/);
  assert.throws(() => first({ autoencoding: -1 }), /autoencoding: got -1/);
  assert.throws(() => first({}), /network: its input is \[1,16,16,4\], want the image's shape \[1,16,16,3\]/);
  network.dispose();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createUnet } from "../../src/ddpm";
import {
  averageRuns,
  createDeepDecoder,
  createDipUnet,
  createSkipNetwork,
  type DipNetwork,
  drawInput,
  fitDip,
  type PresetName,
  presets,
} from "../../src/dip";
import { createPriorNetwork, viewAsPrior } from "../../src/fusion";
import { countParameters } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

/** Every network of the house, small. */
const small: Record<string, (channels: number, seed?: number) => DipNetwork> = {
  skip: (outputChannels, seed = 1) => createSkipNetwork({ filters: [8, 8], inputChannels: 4, outputChannels }, seed),
  hourglass: (outputChannels, seed = 1) =>
    createSkipNetwork({ filters: [8, 8], skipFilters: 0, inputChannels: 4, outputChannels }, seed),
  "U-Net": (outputChannels, seed = 1) => createDipUnet({ filters: [8, 16], inputChannels: 4, outputChannels }, seed),
  "deep decoder": (outputChannels, seed = 1) => createDeepDecoder({ channels: 8, doublings: 2, outputChannels }, seed),
  "DDPM U-Net": (imageChannels: number, seed = 1) =>
    viewAsPrior(createUnet({ baseChannels: 8, multipliers: [1, 2], blocks: 1, imageChannels }, seed)),
};

const createPreset = (name: PresetName, channels: number) => createPriorNetwork({ kind: "preset", name }, channels, 1);

const countOf = (network: DipNetwork): number => {
  const count = countParameters(network.parameters);
  network.dispose();
  return count;
};

test("the paper's networks have the published numbers of parameters", () => {
  assert.equal(countOf(createSkipNetwork({}, 1)), 2_217_831);
  assert.equal(countOf(createPreset("denoise", 3)), 2_217_831);
  assert.equal(countOf(createDeepDecoder({}, 1)), 100_224);
});

test("the networks of the presets have as many parameters as the authors' code builds", () => {
  const counts: [PresetName, number, number][] = [
    ["denoise-jpeg", 3, 572_827],
    ["inpaint-text", 3, 3_002_627],
    ["inpaint-region", 3, 2_157_955],
    ["inpaint-hole", 3, 2_996_467],
    ["inpaint-pixels", 1, 2_217_573],
    ["inpaint-sparse", 3, 1_027_379],
    ["super-resolve-4", 3, 2_217_831],
    ["super-resolve-8", 3, 2_217_831],
  ];
  for (const [name, channels, count] of counts) {
    assert.equal(countOf(createPreset(name, channels)), count, name);
  }
});

test("the numbers of parameters of the U-Net and the deep decoder follow their formulas", () => {
  const block = (inputs: number, outputs: number) => 9 * inputs * outputs + 3 * outputs;
  const unet = block(4, 8) + block(8, 8) + block(8, 16) + block(16, 16) + block(16, 8) + block(16, 8) + block(8, 8);
  assert.equal(countOf((small["U-Net"] as (typeof small)[string])(3)), unet + 8 * 3 + 3);
  const [k, layers] = [8, 3];
  assert.equal(countOf((small["deep decoder"] as (typeof small)[string])(3)), layers * (k * k + 2 * k) + 3 * k);
});

for (const [name, create] of Object.entries(small)) {
  test(`${name}: one interface, grey and colour, images in (0, 1), the same from the same seed, no leak`, () =>
    assertNoLeak(() => {
      for (const channels of [1, 3]) {
        const run = (seed: number) => {
          const network = create(channels, seed);
          const input = openStream(1, "input").uniform(network.inputShape(16, 24), 0, network.inputScale);
          const image = network.apply(input as tf.Tensor4D);
          const values = image.dataSync();
          assert.deepEqual(image.shape, [1, 16, 24, channels]);
          tf.dispose([image, input]);
          network.dispose();
          return values;
        };
        const first = run(1);
        assert.ok(first.every((value) => value > 0 && value < 1));
        assert.deepEqual(run(1), first);
        assert.notDeepEqual(run(2), first);
      }
    }));

  test(`${name}: a fit lowers the loss, on an image of odd sides, recorded and eager alike`, () => {
    const target = openStream(1, "data").uniform([1, 13, 18, 3], 0.3, 0.7) as tf.Tensor4D;
    const lossesOf = (engine: "recorded" | "eager") => {
      const network = create(3);
      const losses = Array.from(fitDip(network, target, { iterations: 12, inputNoise: 0, engine }), ({ loss }) => loss);
      network.dispose();
      return losses;
    };
    const losses = lossesOf("recorded");
    assertClose(losses.slice(0, 3), lossesOf("eager").slice(0, 3), 1e-4);
    assert.ok((losses.at(-1) as number) < 0.7 * (losses[0] as number), `${losses[0]} to ${losses.at(-1)}`);
    target.dispose();
  });

  test(`${name}: an input that does not fit is refused with what is wanted`, () => {
    const network = create(3);
    assert.throws(() => network.apply(tf.zeros([1, 15, 16, 7])), /got .*15 with 7 channels, want/);
    network.dispose();
  });
}

test("bad shapes of a network are refused", () => {
  assert.throws(() => createSkipNetwork({ filters: [] }, 1), /filters: got an empty list/);
  assert.throws(() => createSkipNetwork({ filters: [8, 0] }, 1), /channels: got 0/);
  assert.throws(() => createSkipNetwork({ filters: [8, 8], skipFilters: [4] }, 1), /skipFilters: got 1 counts/);
  assert.throws(() => createSkipNetwork({ kernels: { down: 4, up: 3 } }, 1), /kernels: got 4, want an odd number/);
  assert.throws(() => createDeepDecoder({ doublings: 0 }, 1), /doublings: got 0/);
});

test("every preset makes one iteration on a grey image", () => {
  for (const [name, { fit, network: shape }] of Object.entries(presets)) {
    const side = "kernels" in shape ? 192 : 64;
    const target = tf.fill([1, side, side, 1], 0.4) as tf.Tensor4D;
    const network = createPreset(name as PresetName, 1);
    const [seen] = Array.from(fitDip(network, target, { ...fit, iterations: 1, engine: "eager" }), ({ loss }) => loss);
    assert.ok((seen as number) > 0, name);
    network.dispose();
    target.dispose();
  }
});

test("an image too small for the depth of a network is refused with the reason", () => {
  const network = createPreset("inpaint-hole", 1);
  const target = tf.zeros([1, 64, 64, 1]) as tf.Tensor4D;
  assert.throws(() => fitDip(network, target).next(), /reflection: got a side of 2 pixels, want more than .* 2/);
  network.dispose();
  target.dispose();
});

test("a grid of coordinates is smooth, and needs two channels", () => {
  const grid = drawInput("meshgrid", [1, 2, 3, 2], 0.1, openStream(1, "input"));
  assertClose(grid.dataSync(), [0, 0, 0.5, 0, 1, 0, 0, 1, 0.5, 1, 1, 1], 1e-6);
  assert.throws(() => drawInput("meshgrid", [1, 2, 3, 4], 0.1, openStream(1, "input")), /want 2/);
});

test("two runs average to the mean of what each shows, and free what they made", () => {
  const target = openStream(1, "data").uniform([1, 8, 8, 3], 0.2, 0.8) as tf.Tensor4D;
  const networks = [1, 2].map((seed) => createSkipNetwork({ filters: [8], inputChannels: 4 }, seed));
  const fits = () =>
    networks.map((network, i) => fitDip(network, target, { iterations: 3, seed: i, learningRate: 1e-9 }));
  const apart = fits().map((fit) => Array.from(fit, ({ loss, output }) => ({ loss, pixels: output.dataSync() })));
  const before = tf.memory().numTensors;
  const together = Array.from(averageRuns(fits()), ({ iteration, loss, output }) => ({
    iteration,
    loss,
    pixels: output.dataSync(),
  }));
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(
    together.map(({ iteration }) => iteration),
    [1, 2, 3],
  );
  together.forEach(({ loss, pixels }, i) => {
    const [a, b] = apart.map((run) => run[i] as (typeof run)[number]) as [never, never] as [
      { loss: number; pixels: Float32Array },
      { loss: number; pixels: Float32Array },
    ];
    assertClose([loss], [(a.loss + b.loss) / 2], 1e-6);
    assertClose(
      pixels,
      Array.from(a.pixels, (value, k) => (value + (b.pixels[k] as number)) / 2),
      1e-5,
    );
  });
  for (const _ of averageRuns(fits())) break;
  assert.equal(tf.memory().numTensors, before);
  assert.throws(() => averageRuns([]).next(), /got no fit/);
  tf.dispose(target);
  for (const network of networks) network.dispose();
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ddpm, dip, nn, runtime } from "ddpm-dip";
import { openPeer } from "./contenders.mjs";

const { openStream, tf, writeCheckpoint } = runtime;
type Tensor = ReturnType<typeof runtime.lookUp>;
type Images = ddpm.Images;

const steps = 20;
const channelsFirst = (images: Tensor): Tensor => tf.transpose(images, [0, 3, 1, 2]);

interface Case {
  /** What PyTorch is asked for. */
  command: Record<string, unknown>;
  /** Weights and random numbers of the run, as PyTorch lays them out. */
  prepare(): { weights: Record<string, Tensor>; draws: Record<string, Tensor> };
  losses(): number[];
}

const dipFilters = [32, 32, 32, 32];
const dipSize = 64;
const dipTarget = () => openStream(1, "data").uniform([1, dipSize, dipSize, 3], 0, 1) as Images;
const ddpmImages = () => openStream(1, "data").uniform([4, 32, 32, 3], 0, 1) as Images;

const dipCase = (rate: number): Case => ({
  command: { kind: "dip", filters: dipFilters, rate },
  prepare() {
    const input = openStream(0, "input");
    const shape = [1, dipSize, dipSize, 32];
    const draws: Record<string, Tensor> = {
      input: channelsFirst(input.uniform(shape, 0, 0.1)),
      target: channelsFirst(dipTarget()),
    };
    for (let i = 1; i <= steps; i++) draws[`noise${i}`] = channelsFirst(input.child("perturbation").normal(shape, i));
    return { weights: nn.exportWeights(dip.createSkipNetwork({ filters: dipFilters }, 1).parameters), draws };
  },
  losses() {
    const network = dip.createSkipNetwork({ filters: dipFilters }, 1);
    return Array.from(dip.fitDip(network, dipTarget(), { iterations: steps, learningRate: rate }), ({ loss }) => loss);
  },
});

const ddpmCase: Case = {
  command: { kind: "ddpm", base: 32, rate: 2e-4 },
  prepare() {
    const stream = openStream(0, "training");
    const draws: Record<string, Tensor> = { images: channelsFirst(ddpmImages()) };
    for (let i = 1; i <= steps; i++) {
      draws[`noise${i}`] = channelsFirst(stream.normal([4, 32, 32, 3], i));
      draws[`times${i}`] = stream.child("time").uniform([4], 0, 1000, i).floor().minimum(999).add(1);
    }
    return { weights: nn.exportWeights(ddpm.createUnet({}, 1).parameters), draws };
  },
  losses: () =>
    Array.from(
      ddpm.trainDdpm(ddpm.createUnet({}, 1), ddpm.linearSchedule(), ddpmImages, { steps }),
      ({ loss }) => loss,
    ),
};

const largestDifference = (a: number[], b: number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number)) / (b[i] as number)));

/**
 * Trains the same networks from the same weights with the same random numbers here and in PyTorch, prints how far the
 * losses are apart, and writes PyTorch's for the test.
 */
export async function holdParity(): Promise<void> {
  const peer = openPeer();
  const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-parity-"));
  const expected: Record<string, { float32: number[]; float64: number[] }> = {};
  const cases: Record<string, Case> = {
    "DIP [32]x4, 64x64, Adam at 0.01": dipCase(0.01),
    "DIP [32]x4, 64x64, Adam at 0.0001": dipCase(1e-4),
    "DDPM base 32, 32x32, batch 4": ddpmCase,
  };
  try {
    for (const [name, { command, prepare, losses }] of Object.entries(cases)) {
      const weights = join(folder, "weights.safetensors");
      const draws = join(folder, "draws.safetensors");
      const prepared = prepare();
      await writeCheckpoint(weights, { tensors: prepared.weights, metadata: {} });
      await writeCheckpoint(draws, { tensors: prepared.draws, metadata: {} });
      const train = async (precision: string) =>
        (await peer.ask<{ losses: number[] }>({ do: "train", weights, draws, steps, precision, ...command })).losses;
      const [float32, float64, ours] = [await train("float32"), await train("float64"), losses()];
      expected[name] = { float32, float64 };
      console.log(
        `${name}: the engine is ${largestDifference(ours, float32).toExponential(1)} from PyTorch over ${steps} steps ` +
          `(${largestDifference(ours.slice(0, 2), float32.slice(0, 2)).toExponential(1)} over the first two), ` +
          `PyTorch's float32 is ${largestDifference(float32, float64).toExponential(1)} from its float64`,
      );
    }
  } finally {
    await peer.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const file = join(runtime.projectFolder(), "lib", "test", "fixtures", "trainingLosses.json");
  writeFileSync(file, `${JSON.stringify(expected, null, 2)}\n`);
  console.log(`PyTorch's losses are in ${file}`);
}

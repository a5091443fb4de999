import type { ResidualUnetOptions } from "./residualUnet";
import type { UnetOptions } from "./unet";

type UnetShape = Required<Omit<UnetOptions, "conditionChannels" | "heads" | "prediction">>;
type ResidualShape = Required<ResidualUnetOptions> & { kind: string };

const linear = (inputs: number, outputs: number): number => (inputs + 1) * outputs;
const convolution = (kernel: number, inputs: number, outputs: number): number => linear(kernel ** 2 * inputs, outputs);
const sumOver = <T>(items: readonly T[], count: (item: T, place: number) => number): number =>
  items.reduce((sum, item, place) => sum + count(item, place), 0);

/** How many trainable numbers the network of a description has, without making it. */
export function countNumbers(network: UnetShape | ResidualShape): number {
  return "kind" in network ? countResidual(network) : countUnet(network);
}

function countUnet({ baseChannels, multipliers, blocks, imageChannels, attentionLevels, classes }: UnetShape): number {
  const widths = multipliers.map((multiplier) => baseChannels * multiplier);
  const embedding = 4 * baseChannels;
  const block = (inputs: number, outputs: number, attends: boolean) =>
    2 * inputs +
    convolution(3, inputs, outputs) +
    linear(embedding, outputs) +
    2 * outputs +
    convolution(3, outputs, outputs) +
    (inputs === outputs ? 0 : convolution(1, inputs, outputs)) +
    (attends ? 2 * outputs + 4 * convolution(1, outputs, outputs) : 0);
  // Of each block on the way down what goes in and out; on the way up its output comes back beside that of the block before.
  const down = widths.flatMap((width, level) =>
    Array.from({ length: blocks }, (_, place) => ({
      inputs: place > 0 ? width : (widths[level - 1] ?? baseChannels),
      width,
      attends: attentionLevels.includes(level),
    })),
  );
  const up = [...down].reverse();
  const coarsest = up[0]?.width ?? baseChannels;
  const shrunk = sumOver(widths.slice(0, -1), (width) => convolution(3, width, width));
  const enlarged = sumOver(widths.slice(1), (width) => convolution(3, width, width));
  return (
    linear(baseChannels, embedding) +
    linear(embedding, embedding) +
    countLabels(classes, embedding) +
    convolution(3, imageChannels, baseChannels) +
    sumOver(down, ({ inputs, width, attends }) => block(inputs, width, attends)) +
    block(coarsest, coarsest, attentionLevels.length > 0) +
    block(coarsest, coarsest, false) +
    sumOver(up, ({ width, attends }, place) => block((up[place - 1]?.width ?? coarsest) + width, width, attends)) +
    shrunk +
    enlarged +
    2 * baseChannels * (multipliers[0] ?? 1) +
    convolution(3, baseChannels * (multipliers[0] ?? 1), imageChannels)
  );
}

function countResidual({ widths, blocks, embedding, imageChannels, classes }: ResidualShape): number {
  const finest = widths[0] ?? 0;
  const ofLevel = (width: number, level: number): number => {
    const below = widths[level + 1];
    const block = 2 * convolution(3, width, width) + linear(embedding, 2 * width);
    const ways = below === undefined ? 1 : 2;
    const between = below === undefined ? 0 : convolution(1, 4 * width, below) + convolution(1, below, 4 * width);
    return ways * (blocks[level] ?? 0) * block + between;
  };
  return (
    linear(32, embedding) +
    linear(embedding, embedding) +
    countLabels(classes, embedding) +
    convolution(3, imageChannels, finest) +
    sumOver(widths, ofLevel) +
    convolution(3, finest, imageChannels)
  );
}

const countLabels = (classes: number, size: number): number => (classes === 0 ? 0 : (classes + 1) * size);

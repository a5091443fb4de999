import { join } from "node:path";
import { after, before } from "node:test";
import { createUnet, saveDdpm } from "../src/ddpm";
import { temporaryFolder } from "./helpers";

/** The prior's network made small, with attention and all. */
export const tinyNetwork = {
  baseChannels: 16,
  multipliers: [1, 2],
  blocks: 1,
  imageChannels: 3 as const,
  attentionLevels: [],
  heads: 1,
  dropout: 0 as const,
  classes: 0,
  prediction: "noise" as const,
  learnsVariance: false as const,
};

/**
 * For the tests of a file, a folder of checkpoints that holds one untrained tiny network.
 * @param name of the checkpoint; the plans name the prior for photos "photos".
 * @param changes to the network, as one level alone, which is recorded in half of the time.
 */
export function useTinyCheckpoint(name: string, changes: { multipliers?: number[] } = {}): string {
  const folder = temporaryFolder();
  before(async () => {
    process.env.DDPM_DIP_CHECKPOINTS = folder;
    const shape = { ...tinyNetwork, ...changes };
    const network = createUnet(shape, 1);
    const schedule = { kind: "linear" as const, steps: 1000 };
    await saveDdpm(join(folder, `${name}.safetensors`), network.parameters, { network: shape, schedule });
    network.dispose();
  });
  after(() => {
    delete process.env.DDPM_DIP_CHECKPOINTS;
  });
  return folder;
}

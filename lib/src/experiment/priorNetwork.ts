import { createDeepDecoder, createDipUnet, createPresetNetwork, createSkipNetwork, type DipNetwork } from "../dip";
import { createUnetPrior } from "../fusion";
import type { SpecOf } from "./spec";

/** Builds the untrained network that a spec names. @param seed of the role `network`. */
export function createPriorNetwork(
  network: SpecOf<"dip-task">["network"],
  outputChannels: number,
  seed: number,
): DipNetwork {
  switch (network.kind) {
    case "preset":
      return createPresetNetwork(network.name, outputChannels, seed);
    case "skip":
      return createSkipNetwork({ ...network, outputChannels }, seed);
    case "u-net":
      return createDipUnet({ ...network, outputChannels }, seed);
    case "deep-decoder":
      return createDeepDecoder({ ...network, outputChannels }, seed);
    case "ddpm-unet":
      return createUnetPrior({ ...network, imageChannels: outputChannels }, seed);
  }
}

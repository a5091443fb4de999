import { createDeepDecoder, createDipUnet, createSkipNetwork, type DipNetwork, type PresetName, presets } from "../dip";

/** An untrained network as plain data: every kind that can be a prior. */
export type PriorNetwork =
  | { kind: "preset"; name: PresetName }
  | { kind: "skip"; filters: number[]; skipFilters: number; upsampling: "nearest" | "bilinear" }
  | { kind: "u-net"; filters: number[] }
  | { kind: "deep-decoder"; channels: number; doublings: number };

/**
 * Builds the untrained network that is named.
 * @param seed of the role `network`.
 * @param inputChannels of a skip network that is fed images; the default is noise of 32 channels.
 * @throws RangeError when another network is asked for input channels of its own.
 */
export function createPriorNetwork(
  network: PriorNetwork,
  outputChannels: number,
  seed: number,
  inputChannels?: number,
): DipNetwork {
  if (inputChannels !== undefined && network.kind !== "skip") {
    throw new RangeError(`network: got "${network.kind}" for an input of images, want "skip"`);
  }
  switch (network.kind) {
    case "preset":
      return createSkipNetwork({ ...presets[network.name].network, outputChannels }, seed);
    case "skip":
      return createSkipNetwork({ ...network, outputChannels, ...(inputChannels && { inputChannels }) }, seed);
    case "u-net":
      return createDipUnet({ ...network, outputChannels }, seed);
    case "deep-decoder":
      return createDeepDecoder({ ...network, outputChannels }, seed);
  }
}

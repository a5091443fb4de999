import { listPhotos } from "ddpm-dip/data";
import type { SpecOf } from "../spec";
import { currentProfile, somePhotos } from "./common";
import "../methods/ddpm";

/** A small DDPM trained for minutes on 32x32 patches of the train photos. */
export function planShortTraining(profile = currentProfile()): SpecOf<"ddpm">[] {
  const smoke = profile === "smoke";
  const steps = { smoke: 4, default: 2400, full: 12_000 }[profile];
  return [
    {
      method: "ddpm",
      network: { baseChannels: smoke ? 8 : 32, multipliers: [1, 2, 2], blocks: 1 },
      schedule: "cosine",
      noiseSteps: smoke ? 20 : 1000,
      photos: somePhotos(listPhotos("train"), profile),
      patchSize: smoke ? 16 : 32,
      batch: smoke ? 2 : 16,
      steps,
      learningRate: 5e-4,
      sampleAt: smoke ? [2, 4] : [steps / 12, steps / 4, steps],
      samples: 16,
      evaluations: smoke ? 2 : 50,
      seeds: { network: 1, training: 1, data: 1, sampler: 1 },
    },
  ];
}

import * as experiment from "ddpm-dip-experiments";

/** The diffusion split on three photos at four noise levels, each with three seeds: 36 trials. */
export default experiment.grid(
  {
    method: "dip-split",
    size: 64,
    network: { filters: [32, 32, 32, 32], skipFilters: 4 },
    ...{ iterations: 1200, learningRate: 0.01, inputNoise: 1 / 30, readEvery: 10 },
    ...{ a: 0.25, patience: 300, window: 5, splitSeed: 1 },
  },
  {
    photo: ["chelsea", "coffee", "astronaut"],
    sigma: [10, 15, 25, 50].map((level) => level / 255),
    seeds: [1, 2, 3].map((seed) => ({ network: seed, input: seed, noise: seed })),
  },
);

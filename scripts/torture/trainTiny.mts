import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";

const { photos } = experiment.training.trainings;
const stop = new AbortController();
runtime.listenForStop({ first: () => stop.abort(), again: () => process.exit(130) });
const { finished } = await experiment.training.runTraining(
  {
    ...photos,
    name: "tiny",
    data: { kind: "photos", scales: [64], deadLeaves: 1 },
    model: {
      network: { ...photos.model.network, baseChannels: 8, multipliers: [1] },
      schedule: { kind: "cosine", steps: 50 },
    },
    ...{ size: 16, batch: 2, steps: 60, validateEvery: 60, validateAt: [1] },
    learningRate: { peak: 1e-3, warmup: 2, last: 0.1 },
  },
  { folder: process.argv[2] as string, signal: stop.signal, saveEverySeconds: 0 },
);
if (!finished) process.exitCode = 130;

import type { ProfileName } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import { currentProfile } from "./common";
import "../methods/priorTraining";

type PriorTraining = SpecOf<"prior-training">;

/** What a training is given, as the tables name it; the first of each kind is what the others are held against. */
export const trainingPriors: readonly { key: string; title: string; prior: PriorTraining["prior"] }[] = [
  { key: "none", title: "no shift", prior: shift("none") },
  { key: "given", title: "shifted to the degraded image", prior: shift("given") },
  { key: "interpolated", title: "shifted to the interpolated observation", prior: shift("interpolated") },
  { key: "variation", title: "shifted to the image of least variation", prior: shift("variation") },
  { key: "dip-100", title: "shifted to DIP, 100 iterations", prior: shift("dip", 100) },
  {
    key: "dip-100-told",
    title: "no shift, conditioned on DIP's image",
    prior: { ...shift("dip", 100), shifted: false },
  },
  { key: "plain", title: "generator", prior: { kind: "plain" } },
  { key: "weights", title: "generator, weights from DIP", prior: { kind: "weights", images: 16, iterations: 150 } },
  {
    key: "curriculum-dip",
    title: "generator, DIP's images first",
    prior: { kind: "curriculum", of: "dip", stages: [25, 100] },
  },
];

function shift(of: Extract<PriorTraining["prior"], { kind: "shift" }>["of"], iterations = 0) {
  return { kind: "shift" as const, of, iterations, shifted: true };
}

/** Each is trained until it learns little more. */
const length = { count: 2048, steps: 8000, validateEvery: 400 } as const;
const [conditional, generator] = [
  { ...length, keep: 0.2, draws: 4 },
  { ...length, keep: 0.5 },
];
const spectrum = { ...conditional, keep: 0.25, of: "hadamard" } as const;

/**
 * The prior in training: a conditional DDPM that fills in four fifths of the pixels, and a generator. On CIFAR-10; in the smoke
 * profile on patches of photos.
 */
export function planPriorTraining(profile = currentProfile()): PriorTraining[] {
  const keys = ["none", "given", "interpolated", "dip-100", "dip-100-told", "plain", "weights", "curriculum-dip"];
  const shown = profile === "smoke" ? ["none", "interpolated", "plain"] : keys;
  return trainAll(profile, shown, ({ kind }) => (kind === "shift" ? conditional : generator));
}

/** The conditional DDPM where a quarter of the values of a Hadamard spectrum are known, and no pixel. */
export function planSpectrumTraining(profile = currentProfile()): PriorTraining[] {
  const keys = profile === "smoke" ? ["none", "variation"] : ["none", "variation", "dip-100", "dip-100-told"];
  return trainAll(profile, keys, () => spectrum);
}

function trainAll(
  profile: ProfileName,
  keys: readonly string[],
  lengthOf: (prior: PriorTraining["prior"]) => typeof conditional | typeof generator | typeof spectrum,
): PriorTraining[] {
  const smoke = profile === "smoke";
  const shown = trainingPriors.filter(({ key }) => keys.includes(key));
  const seeds = [1, 2, 3, 4, 5].slice(0, { smoke: 1, default: 3, full: 5 }[profile]);
  return seeds.flatMap((seed) =>
    shown.map(({ prior }): PriorTraining => {
      const { count, ...length } = lengthOf(prior);
      return {
        method: "prior-training",
        data: smoke ? { set: "photos", count: 8, validation: 2 } : { set: "cifar10", count, validation: 64 },
        size: 32,
        network: { baseChannels: smoke ? 8 : 16, multipliers: smoke ? [1, 2] : [1, 2, 2], blocks: 1 },
        batch: smoke ? 2 : 16,
        ...{ ...length, ...(smoke && { steps: 4, validateEvery: 2 }) },
        learningRate: 1e-3,
        levels: smoke ? [100, 900] : [50, 200, 400, 600, 800, 1000],
        prior,
        evaluations: smoke ? 2 : 10,
        seeds: { network: seed, training: seed, data: 1 },
      };
    }),
  );
}

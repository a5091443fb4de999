import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint } from "ddpm-dip/ddpm";
import { currentProfile } from "./common";
import { cells, type Denoise, fewSeeds, type NamedArm, type SplitArm, sigmasOf } from "./denoiseCells";
import { comparedNetworks } from "./dipTasks";
import { leaguePeaks } from "./league";

type Profile = ReturnType<typeof currentProfile>;

/**
 * The balance of the antithetic pair. On the tune photos 0.125 to 0.5 return images within 0.12 dB of each other, and of
 * these 0.5 has the truest number (`planPairBalance`, notebook 06).
 */
export const chosenPairBalance = 0.5;

function patience(profile: Profile) {
  return profile === "smoke" ? { patience: 10, window: 1 } : { patience: 300, window: 50 };
}

/** The antithetic pair alone. */
export function pairArm(profile = currentProfile(), changes: Partial<SplitArm> = {}): SplitArm {
  return { kind: "split", pair: true, a: chosenPairBalance, ...patience(profile), ...changes };
}

/** The whole: the pair, the DDPM adapted to the same targets, and both weighed by what was held out. @param checkpoint its name. */
export function wholeArm(profile = currentProfile(), checkpoint = "photos"): SplitArm {
  const adapt =
    profile === "smoke"
      ? { iterations: 3, learningRate: 3e-5, a: 0.5, patience: 2, window: 1 }
      : { iterations: 100, learningRate: 3e-5, a: 0.5, patience: 20, window: 5 };
  return pairArm(profile, { weigh: { checkpoint: nameCheckpoint(checkpoint), adapt } });
}

/** Four stages, from as much noise as the image has. */
export const stages = (profile: Profile) => ({
  count: 4,
  heaviest: 1,
  schedule: "linear" as const,
  draws: "fresh" as const,
  patience: profile === "smoke" ? 5 : 150,
  window: patience(profile).window,
});

/** Stages of other schedules and numbers than the ingredient's four along a line, and the learning rate changed as heavy noise would change Adam's effective one. */
export function stageArms(profile = currentProfile()): NamedArm[] {
  const own = stages(profile);
  const staged = (changes: Partial<typeof own> | { schedule: "cosine" | "geometric" }) =>
    pairArm(profile, { stages: { ...own, ...changes } });
  return [
    { title: "linear, 2 stages", arm: staged({ count: 2 }) },
    { title: "linear, 8 stages", arm: staged({ count: 8 }) },
    { title: "cosine, 4 stages", arm: staged({ schedule: "cosine" }) },
    { title: "geometric, 4 stages", arm: staged({ schedule: "geometric" }) },
    { title: "linear, from half as much noise", arm: staged({ heaviest: 0.5 }) },
    { title: "linear, from twice as much noise", arm: staged({ heaviest: 2 }) },
    { title: "no stages, rate rising from a fifth", arm: pairArm(profile, { rate: { first: 0.2, last: 1 } }) },
    { title: "no stages, rate falling to a fifth", arm: pairArm(profile, { rate: { first: 1, last: 0.2 } }) },
  ];
}

/** The guides of a fit by the DDPM: of its output now and then, and of its target. */
export function guides() {
  const checkpoint = nameCheckpoint("photos");
  const range = { by: "range", low: 5, high: 40 } as const;
  return {
    output: { of: "output" as const, checkpoint, weight: 0.5, every: 10, levels: range },
    risk: { of: "output" as const, checkpoint, weight: 0.5, every: 10, levels: { by: "risk" as const, kappa: 1 } },
    proximal: { of: "output" as const, checkpoint, weight: 0.5, every: 100, levels: { by: "risk" as const, kappa: 1 } },
    target: { of: "target" as const, checkpoint, weight: 1 },
  } satisfies Record<string, NonNullable<SplitArm["guide"]>>;
}

/** Every ingredient on top of the pair or of the single split, and what it is measured against. */
export function ingredientArms(profile = currentProfile()): NamedArm[] {
  const own = stages(profile);
  const { output, risk, proximal, target } = guides();
  return [
    { title: "split, single", arm: pairArm(profile, { pair: false, a: 0.25 }) },
    { title: "pair, staged, fresh noise", arm: pairArm(profile, { stages: own }) },
    { title: "pair, staged, fixed noise", arm: pairArm(profile, { stages: { ...own, draws: "fixed" } }) },
    { title: "pair, guided (RED-diff)", arm: pairArm(profile, { guide: output }) },
    { title: "pair, guided at its risk", arm: pairArm(profile, { guide: risk }) },
    { title: "pair, proximal steps (HQS)", arm: pairArm(profile, { guide: proximal }) },
    { title: "pair, guided by D(y)", arm: pairArm(profile, { guide: target }) },
  ];
}

/** Perceptual and adversarial terms on the best arm that is one fit: the pair guided by the DDPM's guess of its target. */
export function termArms(profile = currentProfile()): NamedArm[] {
  const checkpoint = nameCheckpoint("photos");
  const { target } = guides();
  const guided = (terms: SplitArm["terms"]) => pairArm(profile, { guide: target, terms });
  const perceptual = (weight: number) => ({ perceptual: { checkpoint, t: 20, weight } });
  const adversarial = (weight: number) => ({ adversarial: { weight, learningRate: 1e-3 } });
  return [
    { title: "perceptual, 0.1", arm: guided(perceptual(0.1)) },
    { title: "perceptual, 1", arm: guided(perceptual(1)) },
    { title: "perceptual alone, 1", arm: pairArm(profile, { terms: perceptual(1) }) },
    { title: "adversarial, 0.0003", arm: guided(adversarial(3e-4)) },
    { title: "adversarial, 0.003", arm: guided(adversarial(3e-3)) },
    { title: "both, 0.1 and 0.0003", arm: guided({ ...perceptual(0.1), ...adversarial(3e-4) }) },
  ];
}

/** Other people's ways, on the same photos and budget. */
export function rivalArms(profile = currentProfile()): NamedArm[] {
  const renewEvery = profile === "smoke" ? 5 : 50;
  const decoder = comparedNetworks(profile).find(({ title }) => title === "deep decoder");
  return [
    { title: "two plain runs, averaged", arm: { kind: "plain", runs: 2, weightNoise: 0 } },
    { title: "DIP-SGLD", arm: { kind: "plain", runs: 1, weightNoise: 2 } },
    {
      title: "aSeqDIP",
      arm: { kind: "fed-back", start: "image", renewEvery: 2, autoencoding: 1, inputNoise: 0 },
    },
    {
      title: "self-diffusion",
      arm: { kind: "fed-back", start: "noise", renewEvery, autoencoding: 0, inputNoise: 1 },
    },
    {
      title: "deep decoder, split",
      arm: pairArm(profile, { pair: false, a: 0.25 }),
      ...(decoder && { network: decoder.network }),
    },
    { title: "stages of the clean image (a leak)", arm: { kind: "leak", count: 4, heaviest: 4 } },
  ];
}

/** The pair with each balance, on the tune photos. */
export function planPairBalance(profile = currentProfile()): Denoise[] {
  const arms = [0.125, 0.25, 0.5, 1].map((a) => ({ title: String(a), arm: pairArm(profile, { a }) }));
  const one = { network: 1, input: 1, noise: 1 };
  return cells(arms, [25], { photos: listPhotos("tune"), profile, seeds: one, keepImages: false });
}

/** The whole, with the pair and the DDPM in it, on the test photos at three noise levels. */
export function planWhole(profile = currentProfile()): Denoise[] {
  return cells([{ title: "whole", arm: wholeArm(profile) }], sigmasOf(profile), { profile });
}

/**
 * The whole, plain DIP and the rival that came nearest at 64x64, at 128x128 and sigma 25. None in the smoke profile, whose
 * images are small.
 */
export function planDenoiseLarge(profile = currentProfile()): Denoise[] {
  if (profile === "smoke") return [];
  const rivals = rivalArms(profile).filter(({ title }) => title === "self-diffusion");
  const plain: NamedArm = { title: "plain DIP", arm: { kind: "plain", runs: 1, weightNoise: 0 } };
  return cells([{ title: "whole", arm: wholeArm(profile) }, plain, ...rivals], [25], { profile, size: 128 });
}

/** What each ingredient adds, at sigma 25. */
export function planIngredients(profile = currentProfile()): Denoise[] {
  return cells(ingredientArms(profile), [25], { profile });
}

/** The pair with other networks and learning rates, to be chosen among by the estimated risk, at sigma 25. */
export function planSelection(profile = currentProfile()): Denoise[] {
  const arm = pairArm(profile);
  const networks = comparedNetworks(profile)
    .filter(({ network }) => network.kind !== "skip" || network.skipFilters === 0)
    .map(({ title, network }) => ({ title, arm, network }));
  const changes = { profile, keepImages: false, ...fewSeeds(profile) };
  const rates = profile === "smoke" ? [0.03] : [0.003, 0.03];
  return [
    ...cells(networks, [25], changes),
    ...rates.flatMap((learningRate) =>
      cells([{ title: String(learningRate), arm }], [25], { ...changes, learningRate }),
    ),
  ];
}

/** Staged supervision of other kinds, at sigma 25; on three of the photos `planAblations` has further seeds. */
export function planStages(profile = currentProfile()): Denoise[] {
  return cells(stageArms(profile), [25], { profile, keepImages: false, ...fewSeeds(profile) });
}

/** What perceptual and adversarial terms add, at sigma 25. */
export function planTerms(profile = currentProfile()): Denoise[] {
  return cells(termArms(profile), [25], { profile, ...fewSeeds(profile) });
}

/** The rivals at sigma 25. */
export function planRivals(profile = currentProfile()): Denoise[] {
  return cells(rivalArms(profile), [25], { profile });
}

/** The pair told an estimated noise level, at sigma 15, 25 and 50. */
export function planPairEstimated(profile = currentProfile()): Denoise[] {
  const arms = [{ title: "pair", arm: pairArm(profile) }];
  const changes = { estimateSigma: "wavelet", keepImages: false, ...fewSeeds(profile) } as const;
  return cells(arms, sigmasOf(profile), { profile, ...changes });
}

/** The pair on Poisson noise: after Anscombe's transform, and told the root of the mean variance. */
export function planPairPoisson(profile = currentProfile()): Denoise[] {
  const arms = [{ title: "pair", arm: pairArm(profile) }];
  const peaks = profile === "smoke" ? leaguePeaks.slice(0, 1) : leaguePeaks;
  return peaks.flatMap((peak) =>
    [true, false].flatMap((stabilise) =>
      cells(arms, [25], {
        profile,
        noise: { kind: "poisson", peak },
        stabilise,
        keepImages: false,
        ...fewSeeds(profile),
      }),
    ),
  );
}

/** Two plain runs averaged, as long as twins: what the pair has to beat at equal compute. */
export function planTwoRuns(profile = currentProfile()): Denoise[] {
  return cells(rivalArms(profile).slice(0, 1), [25], { profile });
}

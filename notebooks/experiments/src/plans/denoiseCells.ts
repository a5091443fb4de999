import { listPhotos } from "ddpm-dip/data";
import type { SpecOf } from "../spec";
import { currentProfile, dipSettings, seedsOf, somePhotos } from "./common";
import "../methods/denoise";

type Profile = ReturnType<typeof currentProfile>;
export type Denoise = SpecOf<"denoise">;
export type SplitArm = Extract<Denoise["arm"], { kind: "split" }>;

/** A way to denoise, as the tables name it. */
export interface NamedArm {
  title: string;
  arm: Denoise["arm"];
  /** Where it is not the skip network. */
  network?: Denoise["network"];
}

/** Each arm on each photo at each sigma (times 255), seed by seed. */
export function cells(
  arms: readonly NamedArm[],
  sigmas: readonly number[],
  {
    photos = listPhotos("test"),
    seeds,
    profile = currentProfile(),
    ...changes
  }: Partial<Denoise> & {
    photos?: string[];
    profile?: Profile;
  } = {},
): Denoise[] {
  const smoke = profile === "smoke";
  const { sigma: _, network, ...settings } = dipSettings(profile);
  // Seeds outermost: a run that is cut short has whole cells of fewer seeds.
  return (seeds ? [seeds.network] : seedsOf(profile)).flatMap((seed) =>
    sigmas.flatMap((sigma) =>
      arms.flatMap(({ arm, network: other }) =>
        somePhotos(photos, profile).map(
          (photo): Denoise => ({
            ...settings,
            method: "denoise",
            photo,
            noise: { kind: "gaussian", sigma: sigma / 255 },
            network: other ?? { kind: "skip", ...network, upsampling: "bilinear" },
            arm,
            toldSigma: 1,
            iterations: smoke ? 20 : 1500,
            seeds: { network: seed, input: seed, noise: seed },
            keepImages: seed === 1 && sigma === 25,
            ...changes,
          }),
        ),
      ),
    ),
  );
}

/** Noise levels of the main table, as sigma times 255. */
export const denoiseSigmas = [25, 15, 50] as const;

/** Those of a profile. */
export function sigmasOf(profile: Profile): readonly number[] {
  return profile === "smoke" ? [25] : denoiseSigmas;
}

/** One seed, and in the full profile all: for what is tried besides the main comparisons. */
export function fewSeeds(profile: Profile): { seeds?: Denoise["seeds"] } {
  return profile === "full" ? {} : { seeds: { network: 1, input: 1, noise: 1 } };
}

import { stopAfterPatience } from "ddpm-dip/dip";
import type { Denoise } from "../plans/denoiseCells";
import type { Knob, Variant } from "../plans/knobs";
import type { TrialRecord } from "../spec";
import { replayRule } from "../trajectory";
import { type Effect, effectOf, pairByCell } from "./effects";

type DenoiseTrial = TrialRecord & { spec: Denoise };

function denoising(trials: readonly TrialRecord[]): DenoiseTrial[] {
  return trials.filter((trial): trial is DenoiseTrial => trial.spec.method === "denoise");
}

/** What a fit depends on beside photo, noise and seeds. What is done after its stop, and what is kept, is left out. */
function configurationOf({ arm, network, learningRate, inputNoise, averageDecay, toldSigma }: Denoise): string {
  const { weigh: _, ...own } = arm.kind === "split" ? arm : { ...arm, weigh: undefined };
  return JSON.stringify([own, network, learningRate, inputNoise, averageDecay ?? null, toldSigma]);
}

const cellOf = ({ photo, size, noise, seeds }: Denoise) => JSON.stringify([photo, size, noise, seeds.noise]);

/** PSNR where the rule stopped, cell by cell, of the trials that have a variant's configuration. */
function qualityOf(variant: Variant, like: Denoise, trials: readonly DenoiseTrial[]): Map<string, number> {
  const wanted = configurationOf({ ...like, ...variant.change });
  return new Map(
    trials
      .filter(({ spec }) => configurationOf(spec) === wanted && sameNoise(spec, like))
      .map(({ spec, metrics }) => [cellOf(spec), metrics["stopped.psnr"] as number]),
  );
}

function sameNoise(one: Denoise, other: Denoise): boolean {
  return one.size === other.size && JSON.stringify(one.noise) === JSON.stringify(other.noise);
}

/**
 * The effect of every variant of every knob on the image that the rule returns.
 * @param trials of the variants and of the chosen configurations. @param like a trial of the pair, as the plans make it.
 * @returns in the order of the knobs; variants without a trial are left out.
 */
export function denoisingEffects(knobs: readonly Knob[], trials: readonly TrialRecord[], like: Denoise): Effect[] {
  const own = denoising(trials);
  return knobs.flatMap(({ part, knob, chosen, variants }) => {
    const base = qualityOf(chosen, like, own);
    return variants.flatMap((variant) => {
      const pairs = pairByCell(base, qualityOf(variant, like, own));
      const names = { part, knob, value: variant.value, chosen: chosen.value };
      return pairs.length === 0 ? [] : [effectOf(names, pairs)];
    });
  });
}

/**
 * Patience and window of the rule on recorded risks: other values need no fit, only another reading of the trajectory. Both
 * sides are read at the stored iterations, so that they differ in nothing else. Longer patience than the stored one cannot
 * be told, since a trajectory ends soon after its stop.
 */
export function readingEffects(
  trials: readonly TrialRecord[],
  values: { knob: string; value: string; patience: number; window: number }[],
  chosen: { values: Record<string, string>; patience: number; window: number },
): Effect[] {
  const own = denoising(trials);
  const read = ({ patience, window }: { patience: number; window: number }) =>
    new Map(
      own.map((trial): [string, number] => {
        const search = stopAfterPatience({ patience, window: Math.max(1, Math.round(window / trial.spec.readEvery)) });
        return [cellOf(trial.spec), replayRule(trial, "risk", search, { quality: "psnr" }).psnr];
      }),
    );
  const base = read(chosen);
  return values.map(({ knob, value, ...reading }) =>
    effectOf({ part: "rule", knob, value, chosen: chosen.values[knob] ?? "" }, pairByCell(base, read(reading))),
  );
}

/** PSNR of what a trial returned under a name, cell by cell; trials without it are left out. */
export function returnedBy(trials: readonly TrialRecord[], name: string): Map<string, number> {
  return new Map(
    denoising(trials).flatMap(({ spec, metrics }): [string, number][] => {
      const quality = metrics[`${name}.psnr`];
      return quality === undefined ? [] : [[cellOf(spec), quality]];
    }),
  );
}

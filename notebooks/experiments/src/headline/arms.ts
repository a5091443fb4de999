import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { compareStops, type Duel, type Result, resultsOf } from "../league";
import type { NamedArm } from "../plans";
import type { SpecOf, TrialRecord } from "../spec";

const specOf = (record: TrialRecord) => record.spec as SpecOf<"denoise">;
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** An arm of the denoising trials beside what it is measured against. */
export interface ArmDuel extends Duel {
  title: string;
}

/**
 * Holds arms against the same runs of another way to denoise, pair by pair.
 * @param trials of these arms; arms without trials are left out.
 * @param base what the arms are measured against, at least on their runs.
 * @param name what of the trials is compared: `stopped`, `discrepancy` ...
 */
export function compareArms(
  trials: readonly TrialRecord[],
  arms: readonly NamedArm[],
  base: readonly Result[],
  name = "stopped",
): ArmDuel[] {
  return arms.flatMap(({ title, arm, network }) => {
    const own = trials.filter((trial) => {
      const spec = specOf(trial);
      return same(spec.arm, arm) && (!network || same(spec.network, network));
    });
    const results = resultsOf(own, name);
    return results.length > 0 ? [{ title, ...compareStops(results, base) }] : [];
  });
}

/** What choosing a configuration by the least estimated risk is worth. */
export interface SelectionHeadline {
  configurations: number;
  /** Over the first configuration for all photos, dB. */
  gain: Interval;
  /** To the choice that the clean photo would have made, dB. */
  loss: Interval;
}

/**
 * Of each run the configuration with the least estimated risk, held against the usual one and the best.
 * @param usual trials of the usual configuration; runs that the others do not have are left out.
 * @param others trials of the other configurations on the same runs.
 */
export function compareSelection(usual: readonly TrialRecord[], others: readonly TrialRecord[]): SelectionHeadline {
  const runOf = ({ spec }: TrialRecord) => {
    const { photo, noise, seeds } = spec as SpecOf<"denoise">;
    return JSON.stringify([photo, noise, seeds.noise]);
  };
  const read = ({ metrics }: TrialRecord, name: string) => metrics[name] as number;
  const groups = usual.flatMap((first) => {
    const rest = others.filter((other) => runOf(other) === runOf(first));
    return rest.length > 0 ? [[first, ...rest]] : [];
  });
  const picked = groups.map((group) => {
    const chosen = group.reduce((a, b) => (read(b, "stopped.risk") < read(a, "stopped.risk") ? b : a));
    const psnr = read(chosen, "stopped.psnr");
    const best = Math.max(...group.map((trial) => read(trial, "stopped.psnr")));
    return { gain: psnr - read(group[0] as TrialRecord, "stopped.psnr"), loss: best - psnr };
  });
  return {
    configurations: Math.max(0, ...groups.map((group) => group.length)),
    gain: bootstrapMean(picked.map(({ gain }) => gain)),
    loss: bootstrapMean(picked.map(({ loss }) => loss)),
  };
}

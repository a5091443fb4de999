import type { TrialRecord } from "../spec";
import { nameNoise, type Stop } from "./standing";

/** What a way to denoise returned on one noisy photo. */
export interface Result extends Pick<Stop, "cell" | "photo" | "seed" | "psnr" | "ssim"> {
  /** Until it was there: fit, judgement and all that it was made of, one after the other. */
  seconds: number;
}

/** The parts of what is returned, each with seconds of its own. */
const madeOf: Record<string, string[]> = {
  weighed: ["stopped", "ddpm"],
  "weighed-adapted": ["stopped", "adapted"],
  "weighed-all": ["stopped", "ddpm", "adapted"],
};

/**
 * What denoising trials returned under a name: `stopped`, `ddpm`, `adapted`, `weighed-all` ... of the split's, `last`,
 * `discrepancy`, `es-wmv` of plain runs, `oracle` of all that fit, `restored` of a DDPM alone. Cells are named as in the
 * league, so that `compareStops` pairs them with its rules.
 * @param records trials that do not have the name, or do not denoise, are passed over.
 */
export function resultsOf(records: TrialRecord[], name: string): Result[] {
  return records.flatMap((record) => {
    const cell = cellOf(record);
    const { metrics } = record;
    const [psnr, ssim] = [metrics[`${name}.psnr`], metrics[`${name}.ssim`]];
    if (!cell || psnr === undefined || ssim === undefined) return [];
    return [{ ...cell, psnr, ssim, seconds: secondsOf(metrics, name) }];
  });
}

function cellOf({ spec }: TrialRecord): Pick<Result, "cell" | "photo" | "seed"> | undefined {
  const name = (photo: string, size: number, noise: string, seed: number, told: number) => ({
    cell: `${photo}/${size}/${noise}/${seed}/${told}`,
    photo,
    seed,
  });
  if (spec.method === "denoise") {
    return name(spec.photo, spec.size, nameNoise(spec.noise), spec.seeds.noise, spec.toldSigma);
  }
  if (spec.method === "ddpm-restore" && spec.task.kind === "denoise") {
    const noise = nameNoise({ kind: "gaussian", sigma: spec.task.sigma });
    return name(spec.image.name, spec.size, noise, spec.seeds.noise, 1);
  }
  return undefined;
}

function secondsOf(metrics: Record<string, number>, name: string): number {
  if (name === "restored") return metrics.seconds ?? Number.NaN;
  if (name === "oracle")
    return (metrics["oracle.iteration"] ?? Number.NaN) * (metrics.secondsPerIteration ?? Number.NaN);
  const parts = madeOf[name] ?? [name];
  return parts.reduce((sum, part) => sum + (metrics[`${part}.seconds`] ?? Number.NaN), 0);
}

/** How the pair's rule stopped on each trajectory, as the league has it of its rules. */
export function stopsOfPair(records: TrialRecord[]): Stop[] {
  return records.flatMap((record) => {
    const [result] = resultsOf([record], "stopped");
    if (!result) return [];
    const { metrics } = record;
    const read = (name: string) => metrics[name] ?? Number.NaN;
    return [
      {
        ...result,
        gap: read("oracle.psnr") - result.psnr,
        iteration: read("stopped.iteration"),
        oracleIteration: read("oracle.iteration"),
        noticed: read("stopped.noticed"),
        stopped: read("stopped.ended") === 1,
        msPerIteration: 0,
        secondsPerIteration: read("secondsPerIteration"),
        memoryBytes: 0,
      },
    ];
  });
}

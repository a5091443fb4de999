import { DataFrame } from "danfojs-node";
import { isWhite } from "ddpm-dip/data";
import { type TrialRecord, trialKey } from "ddpm-dip/trials";
import { namedNoiseCases } from "../plans/noiseKinds";
import type { SpecOf } from "../spec";
import { meansBy, type Row } from "./frames";

type RecordedMetrics = Record<"sigma" | "psnrNoisy" | "psnr" | "risk" | "error" | "correlation", number>;

/**
 * The combined method on noise of several kinds as a frame, one row a trial: levels in grey values, PSNR in dB, `ratio` the
 * estimated over the true error, `warned` 1 where `restore` warns of correlated noise.
 */
export function noiseKindsFrame(records: readonly TrialRecord<SpecOf<"noise-kind">>[]): DataFrame {
  const names = new Map(namedNoiseCases().map(({ named, spec }) => [trialKey(spec), named]));
  return new DataFrame(
    records.map(({ key, spec, metrics }): Row => {
      const { noise = key, level = "" } = names.get(key) ?? {};
      const { sigma, psnrNoisy: noisy, psnr, risk, error, correlation } = metrics as RecordedMetrics;
      return {
        ...{ noise, level, image: spec.image.name, seed: spec.seed, assumed: 255 * sigma, noisy, psnr },
        ...{ ffdnet: metrics["part1.psnr"] as number, ddpm: metrics["part2.psnr"] as number },
        ...{ ratio: risk / error, correlation },
        warned: isWhite(correlation) ? 0 : 1,
      };
    }),
  );
}

/** A row a kind of noise and assumed level: means over the images. */
export function noiseKindsTable(frame: DataFrame): Row[] {
  const of = ["assumed", "noisy", "ffdnet", "ddpm", "psnr", "ratio", "correlation", "warned"];
  return meansBy(frame, { by: ["noise", "level"], of });
}

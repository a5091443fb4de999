import type { TrialRecord } from "ddpm-dip/trials";
import { mean } from "simple-statistics";
import type { DipFitSpec } from "../methods/specs/dipFit";
import type { Row } from "./frames";

const decibels = (error: number) => -10 * Math.log10(error);

/** What a fit had read at the last reading of each level of its noise curriculum. */
function levelEnds({ key, curves }: TrialRecord<DipFitSpec>): Record<string, number>[] {
  const { stage } = curves;
  if (!stage) throw new RangeError(`${key} has no noise curriculum`);
  return [...new Set(stage)].map((one) => {
    const last = stage.lastIndexOf(one);
    return Object.fromEntries(Object.entries(curves).map(([name, values]) => [name, values[last] as number]));
  });
}

/**
 * The reconstruction at the end of each level, mean over images: noise of the level (times 255), PSNR against that level's noisy
 * target, by the risk estimate and against the clean image, and SSIM against the clean image, both for display only.
 */
export function curriculumTable(records: readonly TrialRecord<DipFitSpec>[]): Row[] {
  const ends = records.map(levelEnds);
  const levels = Math.max(0, ...ends.map(({ length }) => length));
  return Array.from({ length: levels }, (_, level) => {
    const own = ends.flatMap((one) => (one[level] ? [one[level]] : []));
    const of = (name: string, map = (value: number) => value) => mean(own.map((one) => map(one[name] as number)));
    return {
      ...{ level: level + 1, images: own.length, noise: 255 * of("level"), iteration: of("iteration") },
      ...{ target: of("loss", decibels), estimate: of("risk", (risk) => decibels(Math.max(1e-6, risk))) },
      ...{ clean: of("psnr"), ssim: of("ssim") },
    };
  });
}

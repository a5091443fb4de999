import { estimateRisk, splitByDiffusion } from "ddpm-dip/fusion";
import { meanSquaredError } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import type { Row } from "../analysis/frames";
import { checkRow, repeat } from "./checks";
import { blockMeans } from "./denoisers";
import { noisyDraw, type SplitSetting } from "./riskEstimates";

/** White noise made correlated, with the variance that it had: blocks of 2x2 that share their noise, or what those lack. */
function correlate(white: tf.Tensor4D, kind: "blocks" | "differences"): tf.Tensor4D {
  const means = blockMeans(2).denoise(white);
  return kind === "blocks" ? means.mul(2) : white.sub(means).mul(2 / Math.sqrt(3));
}

/**
 * By how much the single split is off, for means of 2x2, where its assumptions do not hold: a misspecified noise level, and
 * correlated noise of covariance S with tr S = d sigma², −2 tr(K (S − sigma² I))/d, here of either sign.
 * @throws Error when one is off by another amount.
 */
export function limitRows(clean: tf.Tensor4D, { sigma, a }: SplitSetting, draws: number): Row[] {
  const { denoise, rank } = blockMeans(2);
  const off = (assumed: number, makeNoisy: (index: number) => tf.Tensor4D) =>
    repeat(draws, (index) =>
      tf.tidy(() => {
        const split = splitByDiffusion(makeNoisy(index), { sigma: assumed, a }, openStream(index, "split"));
        const made = denoise(split.plus);
        return estimateRisk(made, split) - meanSquaredError(made, clean);
      }),
    );
  const white = (index: number) => openStream(index, "noise").normal(clean.shape).mul<tf.Tensor4D>(sigma);
  const wrong = [0.8, 1.2].map((factor) => {
    const draw = off(factor * sigma, (index) => noisyDraw(clean, sigma, index));
    const expected = sigma ** 2 * (1 - factor ** 2) * (1 - 2 * rank);
    return checkRow(`assumed noise level ${factor} σ`, draw, expected, 1e-4);
  });
  const [blocks, differences] = (["blocks", "differences"] as const).map((kind) =>
    off(sigma, (index) => clean.add<tf.Tensor4D>(correlate(white(index), kind))),
  ) as [number[], number[]];
  return [
    ...wrong,
    checkRow("noise shared by blocks of 2x2", blocks, -2 * sigma ** 2 * (4 * rank - rank), 1e-4),
    checkRow("noise of differences in blocks of 2x2", differences, 2 * sigma ** 2 * rank, 1e-4),
  ];
}

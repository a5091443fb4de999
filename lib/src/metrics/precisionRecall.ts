import { type Balls, countInBalls, neighbourBalls } from "./balls";
import { type Features, requireComparable } from "./features";

/** How much of one set lies in the support of the other. */
export interface PrecisionRecall {
  /** Share of the generated images that lie among the real ones. */
  precision: number;
  /** Share of the real images that lie among the generated ones. */
  recall: number;
}

/**
 * Precision and recall of generated images (Kynkaanniemi et al. 2019, eqs. 1 and 2): a set's support is the union of the
 * balls around its points that reach as far as the k-th nearest other point. Both rise with the number of images and
 * with k: compare only numbers of the same sizes.
 * @param neighbours k.
 * @returns shares from 0 to 1.
 * @throws RangeError when the features come from different extractors or a set has not more than k images.
 */
export function precisionAndRecall(real: Features, generated: Features, { neighbours = 3 } = {}): PrecisionRecall {
  requireComparable(real, generated, 2);
  return {
    precision: shareInside(generated, neighbourBalls(real, neighbours)),
    recall: shareInside(real, neighbourBalls(generated, neighbours)),
  };
}

function shareInside(points: Features, balls: Balls): number {
  return countInBalls(points, balls).ballsOfPoint.filter((balls) => balls > 0).length / points.count;
}

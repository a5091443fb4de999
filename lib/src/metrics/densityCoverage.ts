import { countInBalls, neighbourBalls } from "./balls";
import { type Features, requireComparable } from "./features";

/** How the generated images fill the places of the real ones. */
export interface DensityCoverage {
  /** In how many real balls a generated image lies on average, over k; 1 is expected where both sets are alike. */
  density: number;
  /** Share of the real balls that hold a generated image. */
  coverage: number;
}

/**
 * Density and coverage of generated images (Naeem et al. 2020). Unlike precision, density is not
 * decided by one outlying real image with a wide ball; unlike recall, coverage takes balls from the real images only.
 * @param neighbours k, the real image's nearest other ones that its ball reaches.
 * @returns density at least 0 and not bounded by 1, coverage from 0 to 1.
 * @throws RangeError when the features come from different extractors or there are not more than k real images.
 */
export function densityAndCoverage(real: Features, generated: Features, { neighbours = 5 } = {}): DensityCoverage {
  requireComparable(real, generated, 1);
  const { ballsOfPoint, reached } = countInBalls(generated, neighbourBalls(real, neighbours));
  return {
    density: ballsOfPoint.reduce((sum, balls) => sum + balls, 0) / (neighbours * generated.count),
    coverage: reached.reduce((sum, one) => sum + one, 0) / real.count,
  };
}

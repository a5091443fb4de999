import { requireWhole, tf } from "../runtime";
import { forEachBlock, squaredDistances } from "./distances";
import { type Features, requireComparable } from "./features";

/** Balls around the points of a set, each as far as that point's k-th nearest neighbour in the set. */
interface Balls {
  centres: Features;
  squaredRadii: Float32Array;
}

/**
 * The balls that stand for the support of a set of features: around each point, as far as its k-th nearest other point.
 * @throws RangeError unless there are more than k points, k a whole number of at least 1.
 */
function neighbourBalls(features: Features, k: number): Balls {
  const { count, size, values } = features;
  requireWhole({ neighbours: k }, 1, count - 1);
  const squaredRadii = new Float32Array(count);
  tf.tidy(() => {
    const points = tf.tensor2d(values, [count, size]);
    forEachBlock(points, count, (block, start) => {
      const [rows] = block.shape;
      // A point is no neighbour of itself, whatever rounding makes of the distance.
      const itself = tf.oneHot(tf.range(start, start + rows, 1, "int32"), count).cast("bool");
      const distances = tf.where<tf.Tensor>(
        itself,
        tf.scalar(Number.POSITIVE_INFINITY),
        squaredDistances(block, points),
      );
      const { values: nearest } = tf.topk(tf.neg(distances), k, true);
      const furthest = tf.neg(tf.slice(nearest, [0, k - 1], [rows, 1]));
      squaredRadii.set(furthest.dataSync<"float32">(), start);
    });
  });
  return { centres: features, squaredRadii };
}

/** Which points lie in which balls, whose surface belongs to them: in how many each point lies, and 1 for each ball with a point in it. */
function countInBalls(
  points: Features,
  { centres, squaredRadii }: Balls,
): { ballsOfPoint: Int32Array; reached: Uint8Array } {
  const ballsOfPoint = new Int32Array(points.count);
  const reached = new Uint8Array(centres.count);
  tf.tidy(() => {
    const middles = tf.tensor2d(centres.values, [centres.count, centres.size]);
    const radii = tf.tensor1d(squaredRadii);
    forEachBlock(tf.tensor2d(points.values, [points.count, points.size]), centres.count, (block, start) => {
      const inside = tf.lessEqual(squaredDistances(block, middles), radii);
      ballsOfPoint.set(tf.sum(inside.cast("int32"), 1).dataSync<"int32">(), start);
      tf.any(inside, 0)
        .dataSync<"bool">()
        .forEach((any, ball) => {
          if (any) reached[ball] = 1;
        });
    });
  });
  return { ballsOfPoint, reached };
}

/**
 * Precision and recall of generated images (Kynkaanniemi et al. 2019, eqs. 1 and 2): a set's support is the union of the
 * balls around its points that reach as far as the k-th nearest other point. Both rise with the number of images and
 * with k: compare only numbers of the same sizes.
 * @param neighbours k.
 * @returns shares from 0 to 1: of the generated images that lie among the real ones, and of the real among the generated.
 * @throws RangeError when the features come from different extractors or a set has not more than k images.
 */
export function precisionAndRecall(
  real: Features,
  generated: Features,
  { neighbours = 3 } = {},
): { precision: number; recall: number } {
  requireComparable(real, generated, 2);
  return {
    precision: shareInside(generated, neighbourBalls(real, neighbours)),
    recall: shareInside(real, neighbourBalls(generated, neighbours)),
  };
}

function shareInside(points: Features, balls: Balls): number {
  return countInBalls(points, balls).ballsOfPoint.filter((balls) => balls > 0).length / points.count;
}

/**
 * Density and coverage of generated images (Naeem et al. 2020). Unlike precision, density is not
 * decided by one outlying real image with a wide ball; unlike recall, coverage takes balls from the real images only.
 * @param neighbours k, the real image's nearest other ones that its ball reaches.
 * @returns in how many real balls a generated image lies on average, over k, which is 1 where both sets are alike and may be more;
 *   and the share of the real balls that hold a generated image.
 * @throws RangeError when the features come from different extractors or there are not more than k real images.
 */
export function densityAndCoverage(
  real: Features,
  generated: Features,
  { neighbours = 5 } = {},
): { density: number; coverage: number } {
  requireComparable(real, generated, 1);
  const { ballsOfPoint, reached } = countInBalls(generated, neighbourBalls(real, neighbours));
  return {
    density: ballsOfPoint.reduce((sum, balls) => sum + balls, 0) / (neighbours * generated.count),
    coverage: reached.reduce((sum, one) => sum + one, 0) / real.count,
  };
}

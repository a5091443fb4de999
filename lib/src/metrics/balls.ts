import { tf } from "../runtime";
import { forEachBlock, squaredDistances } from "./distances";
import type { Features } from "./features";

/** Balls around the points of a set, each as far as that point's k-th nearest neighbour in the set. */
export interface Balls {
  centres: Features;
  /** Squared radius of each ball. */
  squaredRadii: Float32Array;
}

/** How a set of points lies in balls. */
export interface BallCounts {
  /** In how many balls each point lies. */
  ballsOfPoint: Int32Array;
  /** For each ball, 1 when a point lies in it. */
  reached: Uint8Array;
}

/**
 * The balls that stand for the support of a set of features: around each point, as far as its k-th nearest other point.
 * @throws RangeError unless there are more than k points, k a whole number of at least 1.
 */
export function neighbourBalls(features: Features, k: number): Balls {
  const { count, size, values } = features;
  if (!Number.isInteger(k) || k < 1 || k >= count) {
    throw new RangeError(`neighbours: got ${k}, want a whole number from 1 to ${count - 1} for ${count} images`);
  }
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

/** Counts which points lie in which balls; the surface belongs to a ball. */
export function countInBalls(points: Features, { centres, squaredRadii }: Balls): BallCounts {
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

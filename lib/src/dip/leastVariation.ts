import { paddings, requireCounts, requireNotNegative, tf } from "../runtime";
import type { Measuring } from "./roughGuess";

/** Iterations after which more change the PSNR by less than 0.1 dB (tune images). */
const variationIterations = 150;

/** Steps of the image and of its dual; their product is 1 / |gradient|^2, the most that converges. */
const [primalStep, dualStep] = [0.05, 2.5];

/** Differences to the next row and column, 0 past the edges: [2, height, width, channels]. */
function differences(image: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = image.shape;
  const down = image.slice([0, 1, 0, 0]).sub(image.slice([0, 0, 0, 0], [1, height - 1, -1, -1]));
  const right = image.slice([0, 0, 1, 0]).sub(image.slice([0, 0, 0, 0], [1, -1, width - 1, -1]));
  return tf.concat([tf.pad(down, paddings([0, 1], [0, 0])), tf.pad(right, paddings([0, 0], [0, 1]))], 0) as tf.Tensor4D;
}

/** The transpose of `differences`. */
function gather(dual: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = dual.shape;
  const down = dual.slice([0, 0, 0, 0], [1, height - 1, -1, -1]);
  const right = dual.slice([1, 0, 0, 0], [1, -1, width - 1, -1]);
  const pad = (x: tf.Tensor, rows: [number, number], columns: [number, number]) => tf.pad(x, paddings(rows, columns));
  const along = pad(down, [1, 0], [0, 0]).sub(pad(down, [0, 1], [0, 0]));
  return along.add(pad(right, [0, 0], [1, 0])).sub(pad(right, [0, 0], [0, 1])) as tf.Tensor4D;
}

/**
 * The image of least total variation among those that measure as y does, min sum |grad x| with A x = y, the gradient's length over
 * both directions and all channels (Candes, Romberg and Tao 2006), by the primal-dual method of Chambolle and Pock (2011,
 * algorithm 1) with the projection x - A^+ (A x - y). No network and no training: what a start of a diffusion has to beat.
 * With noise A x comes within a radius of y instead, |A x - y| <= r (their stable recovery), by the projection
 * x - max(0, 1 - r / |A x - y|) A^+ (A x - y), for which A^+ has to be the transpose of A.
 * @param measured y. @param start from which the iterations go, [1, height, width, channels].
 * @param options `radius` the length of the noise, sigma sqrt(number of measured values), image units; 0 for none.
 * @returns [1, height, width, channels], about [0, 1], the caller's.
 * @throws RangeError when the iterations are no whole number above 0 or the radius is negative.
 */
export function leastVariation(
  measured: tf.Tensor4D,
  operator: Measuring,
  start: tf.Tensor4D,
  { iterations = variationIterations, radius = 0 }: { iterations?: number; radius?: number } = {},
): tf.Tensor4D {
  requireCounts({ iterations });
  requireNotNegative({ radius });
  const project = (x: tf.Tensor4D) => {
    const wrong = operator.measure(x).sub<tf.Tensor4D>(measured);
    const excess = radius > 0 ? tf.sub(1, tf.div(radius, wrong.norm().maximum(1e-12))).maximum(0) : 1;
    return x.sub<tf.Tensor4D>(operator.backProject(wrong).mul(excess));
  };
  return tf.tidy(() => {
    let image = project(start);
    let ahead = image;
    let dual = tf.zerosLike(differences(image));
    for (let i = 0; i < iterations; i++) {
      const next = tf.tidy(() => {
        const moved = dual.add<tf.Tensor4D>(differences(ahead).mul(dualStep));
        const length = moved.square().sum([0, 3], true).sqrt();
        const bounded = moved.div<tf.Tensor4D>(length.maximum(1));
        const better = project(image.sub(gather(bounded).mul(primalStep)));
        return [bounded, better, better.mul(2).sub(image)] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      });
      tf.dispose([dual, image, ahead]);
      [dual, image, ahead] = next;
    }
    return image.clone();
  });
}

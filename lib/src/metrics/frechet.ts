import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { mean, quantileSorted } from "simple-statistics";
import { openStream } from "../runtime";
import { type Features, requireComparable } from "./features";

interface Moments {
  mean: Float64Array;
  covariance: Matrix;
}

/**
 * Frechet distance of the normal distributions fitted to two sets of features (Heusel et al. 2017, eq. 6):
 * |mu_a - mu_b|^2 + Tr(C_a + C_b - 2 (C_a C_b)^(1/2)), in double precision, with covariances over n - 1. The trace of
 * the root is the sum of the roots of the eigenvalues of C_a^(1/2) C_b C_a^(1/2), which is symmetric, so that singular
 * covariances (fewer images than features) do no harm to it, and cost less. The distance of small sets is too large: compare only
 * distances between sets of the same sizes.
 * @returns at least 0, in squared units of the features.
 * @throws RangeError when the features come from different extractors or a set has fewer than two images.
 */
export function frechetDistance(a: Features, b: Features): number {
  requireComparable(a, b, 2);
  return distanceFrom(momentsOf(a))(b);
}

/**
 * Frechet distance with a bootstrap over the generated images (Efron 1979); the reference stays as it is.
 * A resampled set has fewer different images and so a larger distance: the 95 % percentile interval is moved so that the
 * resamples' mean is the distance, and says how far another set of as many generated images might come out. The bias is by how much
 * their finite number raises the distance.
 * @param resamples how many bootstrap samples to draw; each costs some eigenvalues of a matrix of the features' size.
 * @throws RangeError as `frechetDistance`, and for fewer than two resamples.
 */
export function frechetInterval(
  reference: Features,
  generated: Features,
  { resamples = 100, seed = 0 } = {},
): Record<"distance" | "low" | "high" | "bias", number> {
  requireComparable(reference, generated, 2);
  if (!(resamples >= 2)) throw new RangeError(`resamples: got ${resamples}, want at least 2`);
  const distanceTo = distanceFrom(momentsOf(reference));
  const numbers = openStream(seed, "bootstrap").numbers();
  const distances = Array.from({ length: resamples }, () => {
    const times = new Uint32Array(generated.count);
    for (let draw = 0; draw < times.length; draw++) {
      const row = Math.floor(numbers() * times.length);
      times[row] = (times[row] as number) + 1;
    }
    return distanceTo(generated, times);
  });
  const distance = distanceTo(generated);
  const bias = mean(distances) - distance;
  distances.sort((x, y) => x - y);
  return {
    distance,
    low: Math.max(0, quantileSorted(distances, 0.025) - bias),
    high: quantileSorted(distances, 0.975) - bias,
    bias,
  };
}

/** The distance from fixed moments to other sets; what depends on the fixed ones alone is computed once. */
function distanceFrom(fixed: Moments): (other: Features, times?: Uint32Array) => number {
  let root: Matrix | undefined;
  return (other, times) => {
    const { mean: average, rows } = centre(other, times);
    let product: Matrix;
    if (other.count < other.size) {
      // C_b = Y^T Y of few rows: the eigenvalues other than zero are those of the small Y C_a Y^T.
      product = rows.mmul(fixed.covariance).mmul(rows.transpose());
    } else {
      root ??= squareRoot(fixed.covariance);
      product = root.mmul(rows.transpose().mmul(rows)).mmul(root);
    }
    // Rounding leaves the product a little asymmetric.
    const symmetric = product.add(product.transpose()).mul(0.5);
    const crossed = eigen(symmetric).realEigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
    const apart = fixed.mean.reduce((sum, value, i) => sum + (value - (average[i] as number)) ** 2, 0);
    return Math.max(0, apart + fixed.covariance.trace() + rows.norm("frobenius") ** 2 - 2 * crossed);
  };
}

/**
 * The mean, and the rows Y less it over the root of n - 1, so that C = Y^T Y.
 * @param times how often each row counts; once by default.
 */
function centre({ size, count, values }: Features, times?: Uint32Array): { mean: Float64Array; rows: Matrix } {
  const average = new Float64Array(size);
  const weights = times ?? new Uint32Array(count).fill(1);
  values.forEach((value, place) => {
    const i = place % size;
    average[i] = (average[i] as number) + ((weights[Math.floor(place / size)] as number) * value) / count;
  });
  const rows = new Matrix(count, size);
  values.forEach((value, place) => {
    const [row, i] = [Math.floor(place / size), place % size];
    rows.set(row, i, Math.sqrt((weights[row] as number) / (count - 1)) * (value - (average[i] as number)));
  });
  return { mean: average, rows };
}

function momentsOf(features: Features): Moments {
  const { mean: average, rows } = centre(features);
  return { mean: average, covariance: rows.transpose().mmul(rows) };
}

function squareRoot(symmetric: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = eigen(symmetric);
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
  return eigenvectorMatrix.clone().mulRowVector(roots).mmul(eigenvectorMatrix.transpose());
}

function eigen(symmetric: Matrix): EigenvalueDecomposition {
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
}

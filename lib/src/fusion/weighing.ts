import { LuDecomposition, Matrix } from "ml-matrix";
import { requireNotNegative } from "../runtime";
import type { SplitEstimator } from "./splitEstimator";

/**
 * Weighs images by their estimated risk: of all their means with weights of at least 0 that sum to 1, the one whose risk the
 * estimator estimates least (stacking, Wolpert 1992), where a weight that is taken from the last image is charged with the
 * uncertainty of what it gains. With r the last image's error and e_j another's, moving a small weight w to the other changes the risk by
 * 2 w mean(r (e_j - r)); its standard error times `charge` is added to it. So the last image keeps its weight until the others are
 * better by more than the estimate's own scatter.
 * @param candidates each made of the estimator's target alone, of its shape; the one that is trusted most is last.
 * @param charge in standard errors, at least 0; 0 weighs by the estimates as they are.
 * @returns a weight each.
 * @throws RangeError when there are none, or more than six, or for a charge out of range.
 */
export function weighByRisk(
  candidates: readonly Float32Array[],
  { product, slope }: Pick<SplitEstimator, "product" | "slope">,
  charge = 0,
): number[] {
  requireNotNegative({ charge });
  const last = candidates.at(-1);
  const charges = candidates.map((one) =>
    charge > 0 && last && one !== last ? charge * slope(last, one).standardError : 0,
  );
  // On the simplex w'Gw + 2 l'w = w'(G + l 1' + 1 l')w.
  return leastOnSimplex(
    candidates.map((a, i) => candidates.map((b, j) => product(a, b) + (charges[i] as number) + (charges[j] as number))),
  );
}

/** The weights w of the simplex with the least w'Gw, G the products. @throws RangeError when there are none, or more than six. */
function leastOnSimplex(products: number[][]): number[] {
  const count = products.length;
  if (count < 1 || count > 6) throw new RangeError(`candidates: got ${count}, want 1 to 6`);
  let best = { error: Number.POSITIVE_INFINITY, weights: Array<number>(count).fill(1 / count) };
  // Every face of the simplex: the least squares of the images on it, where no weight is negative.
  for (let face = 1; face < 2 ** count; face++) {
    const members = products.flatMap((_, i) => (face & (2 ** i) ? [i] : []));
    const solution = leastOn(members.map((i) => members.map((j) => (products[i] as number[])[j] as number)));
    if (!solution || solution.some((weight) => weight < 0)) continue;
    const weights = Array<number>(count).fill(0);
    for (const [place, member] of members.entries()) weights[member] = solution[place] as number;
    const error = weights.reduce((sum, w, i) => sum + w * dot(weights, products[i] as number[]), 0);
    if (error < best.error) best = { error, weights };
  }
  return best.weights;
}

/** The mean of images with these weights. */
export function blend(images: readonly Float32Array[], weights: readonly number[]): Float32Array {
  return Float32Array.from({ length: images[0]?.length ?? 0 }, (_, i) =>
    images.reduce((sum, image, j) => sum + (weights[j] as number) * (image[i] as number), 0),
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Weights w of sum 1 with the least w'Gw: G^-1 1, scaled; undefined where G is singular. */
function leastOn(gram: number[][]): number[] | undefined {
  if (gram.length === 1) return [1];
  const lu = new LuDecomposition(new Matrix(gram));
  const least = 1e-12 * Math.abs((gram[0] as number[])[0] as number);
  if (lu.upperTriangularMatrix.diagonal().some((pivot) => Math.abs(pivot) <= least)) return undefined;
  const raw = lu.solve(Matrix.ones(gram.length, 1)).to1DArray();
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
}

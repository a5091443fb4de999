import { requireWhole } from "../../runtime";
import { stopAtMinimum } from "./patience";
import type { StoppingRule, WatchedImage } from "./rule";

/** Options of ES-WMV; the defaults are the authors'. */
interface WindowedVarianceOptions {
  /** Outputs that the variance is taken over. */
  window?: number;
  patience?: number;
  watches?: WatchedImage;
}

/**
 * ES-WMV (Wang et al. 2021, "Early Stopping for Deep Image Prior"): the variance of the last `window` outputs,
 * (1/W) sum_w |x_w - mean|^2 / d, dips near the best iteration. Stops when it has not fallen for `patience` iterations
 * and returns the image of its minimum. It needs no noise level, and the memory of a window of images.
 * @throws RangeError when an option is out of range.
 */
export function stopAtWindowedVariance({
  window = 100,
  patience = 1000,
  watches = "output",
}: WindowedVarianceOptions = {}): StoppingRule {
  requireWhole({ window }, 2);
  const recent: Float32Array[] = [];
  let sum = new Float64Array(0);
  let squares = 0;
  const read = (image: Float32Array) => {
    if (sum.length === 0) sum = new Float64Array(image.length);
    const oldest = recent.length === window ? recent.shift() : undefined;
    recent.push(image.slice());
    for (let i = 0; i < image.length; i++) {
      const entering = image[i] as number;
      const leaving = oldest?.[i] ?? 0;
      sum[i] = (sum[i] as number) + entering - leaving;
      squares += entering * entering - leaving * leaving;
    }
    if (recent.length < window) return undefined;
    let meanSquares = 0;
    for (const total of sum) meanSquares += (total / window) ** 2;
    return (squares / window - meanSquares) / image.length;
  };
  return stopAtMinimum(watches, read, { patience });
}

/**
 * The criterion of ES-WMV (Wang et al. 2021, "Early Stopping for Deep Image Prior"): the variance of the last
 * `window` outputs, (1/W) sum_w |x_w - mean|^2 / d. It dips near the best iteration and needs no noise level.
 */
export interface WindowedVariance {
  /** Takes an output; answers with the variance once the window is full, before that with undefined. */
  update(output: Float32Array): number | undefined;
}

/** Follows the windowed moving variance of a series of outputs of equal length. @param window at least 2. */
export function followWindowedVariance(window = 100): WindowedVariance {
  if (!Number.isInteger(window) || window < 2)
    throw new RangeError(`window: got ${window}, want a whole number above 1`);
  const recent: Float32Array[] = [];
  let sum = new Float64Array(0);
  let squares = 0;
  return {
    update(output) {
      if (sum.length === 0) sum = new Float64Array(output.length);
      const oldest = recent.length === window ? recent.shift() : undefined;
      recent.push(output.slice());
      for (let i = 0; i < output.length; i++) {
        const entering = output[i] as number;
        const leaving = oldest?.[i] ?? 0;
        sum[i] = (sum[i] as number) + entering - leaving;
        squares += entering * entering - leaving * leaving;
      }
      if (recent.length < window) return undefined;
      let meanSquares = 0;
      for (const total of sum) meanSquares += (total / window) ** 2;
      return (squares / window - meanSquares) / output.length;
    },
  };
}

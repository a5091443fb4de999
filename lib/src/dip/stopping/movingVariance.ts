import { stopAtMinimum } from "./patience";
import type { StoppingRule, WatchedImage } from "./rule";

/** The authors' weight of the newest output, and their patience. */
const [alpha, patience] = [0.1, 1000];

/**
 * ES-EMV (Wang et al. 2023, "Early Stopping for Deep Image Prior"): the exponential moving variance of the outputs,
 * mean <- (1 - alpha) mean + alpha x, variance <- (1 - alpha) (variance + alpha |x - mean|^2 / d), with the mean from
 * before; stops when it has not fallen for `patience` iterations and returns the image of its minimum. It needs no noise
 * level, and the memory of one image instead of a window of them.
 */
export function stopAtMovingVariance({ watches = "output" as WatchedImage } = {}): StoppingRule {
  let mean: Float64Array | undefined;
  let variance = 0;
  const read = (image: Float32Array) => {
    if (!mean) {
      mean = Float64Array.from(image);
      return undefined;
    }
    let squares = 0;
    for (let i = 0; i < image.length; i++) {
      const distance = (image[i] as number) - (mean[i] as number);
      squares += distance * distance;
      mean[i] = (mean[i] as number) + alpha * distance;
    }
    variance = (1 - alpha) * (variance + (alpha * squares) / image.length);
    return variance;
  };
  return stopAtMinimum(watches, read, { patience });
}

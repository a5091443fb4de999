import { meanSquaredError } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";

/** A denoiser of which a check knows something in closed form. */
export interface KnownDenoiser {
  name: string;
  denoise(noisy: tf.Tensor4D): tf.Tensor4D;
}

/** A linear denoiser K that is a projection: K = Kᵀ = K². */
export interface Projection extends KnownDenoiser {
  /** tr K / d = |K|² / d. */
  rank: number;
}

/** Each block of side x side pixels is replaced by its mean. The sides of the image are multiples of it. */
export function blockMeans(side: number): Projection {
  return {
    ...{ name: `means of ${side}x${side}`, rank: 1 / side ** 2 },
    denoise: (noisy) =>
      tf.tidy(() => {
        const [, height, width] = noisy.shape;
        return tf.image.resizeNearestNeighbor(tf.avgPool(noisy, side, side, "valid"), [height, width]);
      }),
  };
}

/**
 * Mean squared error of a projection of x plus white noise, |Kx − x|²/d + variance tr(K)/d.
 * @param variance of the noise in what it is applied to.
 */
export function projectionRisk({ denoise, rank }: Projection, clean: tf.Tensor4D, variance: number): number {
  return biasOf({ denoise }, clean) + variance * rank;
}

/** |D(x) − x|²/d. */
export function biasOf({ denoise }: Pick<KnownDenoiser, "denoise">, clean: tf.Tensor4D): number {
  return tf.tidy(() => meanSquaredError(denoise(clean), clean));
}

/** A soft threshold around grey, 1/2 + sign(u) max(0, |u| − threshold) with u = y − 1/2: not linear, Lipschitz. */
export function softThreshold(threshold: number): KnownDenoiser & { divergence(noisy: tf.Tensor4D): number } {
  return {
    name: "soft threshold",
    denoise: (noisy) =>
      tf.tidy(() => {
        const beside = noisy.sub(0.5);
        return beside.sign().mul(beside.abs().sub(threshold).relu()).add<tf.Tensor4D>(0.5);
      }),
    /** div / d: the share of values beyond the threshold. */
    divergence: (noisy) =>
      tf.tidy(() => noisy.sub(0.5).abs().greater(threshold).cast("float32").mean().dataSync()[0] as number),
  };
}

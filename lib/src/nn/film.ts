import { tf, usesKernels } from "../runtime";
import { silu } from "./activation";
import { addBias } from "./addBias";
import { applyKernel } from "./applyKernel";

/** What a feature-wise modulation is told: bias [channels] of the convolution before it; scale and shift [batch, channels]. */
export interface FilmInputs {
  bias: tf.Tensor;
  scale: tf.Tensor2D;
  shift: tf.Tensor2D;
}

/**
 * SiLU of (x + bias)(1 + scale) + shift: feature-wise linear modulation (FiLM, Perez et al. 2018, eq. 1, its factor about 1)
 * between a convolution without its bias and the next. By a kernel of our own (`lib/src/native/film.c`) in one pass.
 * @param x [batch, height, width, channels].
 */
export function filmSilu(x: tf.Tensor4D, inputs: FilmInputs): tf.Tensor4D {
  return tf.tidy(() => (usesKernels() ? applyFilmSilu(x, inputs) : composeFilmSilu(x, inputs)));
}

/** The same by its kernel. */
export function applyFilmSilu(x: tf.Tensor4D, { bias, scale, shift }: FilmInputs): tf.Tensor4D {
  return applyKernel("DdpmDipFilm", [x, bias, scale, shift], { statistics: 0 });
}

/** The same of TensorFlow's ops, for a GPU and as the reference of the kernel. */
export function composeFilmSilu(x: tf.Tensor4D, { bias, scale, shift }: FilmInputs): tf.Tensor4D {
  const broad = (values: tf.Tensor2D) => values.expandDims(1).expandDims(1);
  return silu(addBias(x, bias).mul(broad(scale).add(1)).add<tf.Tensor4D>(broad(shift)));
}

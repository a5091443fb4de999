import { tf } from "../runtime";
import { requireSameShape } from "./psnr";

/** Upper ends of the bands, as shares of the Nyquist frequency: an octave each, the corners with the last. */
export const bandEnds = [1 / 16, 1 / 8, 1 / 4, 1 / 2, Math.SQRT2] as const;

/**
 * Splits the mean squared error of an image by spatial frequency: the energy of the Fourier transform of the difference
 * in rings, so that the bands add up to the mean squared error (Parseval).
 * @param image [1, height, width, channels].
 * @returns the share of each ring of `bandEnds`, in squared image units, the lowest frequencies first.
 * @throws RangeError when the shapes differ or there is more than one image.
 */
export function bandErrors(image: tf.Tensor4D, reference: tf.Tensor4D): number[] {
  requireSameShape(image, reference);
  const [batch, height, width, channels] = image.shape;
  if (batch !== 1) throw new RangeError(`bands: got ${batch} images, want 1`);
  const energy = tf.tidy(() => {
    const planes = tf.sub(image, reference).squeeze<tf.Tensor3D>([0]).transpose([2, 0, 1]);
    const rows = tf.spectral.fft(tf.complex(planes, tf.zerosLike(planes)));
    const turned = tf.complex(tf.real(rows).transpose([0, 2, 1]), tf.imag(rows).transpose([0, 2, 1]));
    const spectrum = tf.spectral.fft(turned);
    return tf.real(spectrum).square().add(tf.imag(spectrum).square()).sum(0).dataSync();
  });
  const scale = 1 / (channels * (height * width) ** 2);
  const bands = bandEnds.map(() => 0);
  for (let u = 0; u < width; u++) {
    for (let v = 0; v < height; v++) {
      const frequency = Math.hypot(Math.min(u, width - u) / (width / 2), Math.min(v, height - v) / (height / 2));
      const band = bandEnds.findIndex((end) => frequency <= end);
      const place = band < 0 ? bands.length - 1 : band;
      bands[place] = (bands[place] as number) + (energy[u * height + v] as number) * scale;
    }
  }
  return bands;
}

import type { Rectangle } from "../data";
import { tf } from "../runtime";

/** Where tiles begin along a side: as few as cover it with at least the overlap, evenly spread. */
function spread(side: number, tile: number, overlap: number): number[] {
  if (side <= tile) return [0];
  const count = Math.ceil((side - overlap) / (tile - overlap));
  return Array.from({ length: count }, (_, i) => Math.round((i * (side - tile)) / (count - 1)));
}

/**
 * Covers an image with tiles of one size that overlap.
 * @param tile sides at most. @param overlap what neighbours share at least, at most half of a tile; pixels.
 */
export function planTiles(
  { width, height }: Pick<Rectangle, "width" | "height">,
  { tile, overlap }: { tile: number; overlap: number },
): Rectangle[] {
  const size = { width: Math.min(tile, width), height: Math.min(tile, height) };
  return spread(height, tile, overlap).flatMap((top) =>
    spread(width, tile, overlap).map((left) => ({ left, top, ...size })),
  );
}

/** A raised cosine that rises from the near edge and falls to the far one, where there are neighbours. */
function ramp(length: number, overlap: number, { before, after }: { before: boolean; after: boolean }): number[] {
  const rise = (place: number) => (place >= overlap ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * (place + 0.5)) / overlap));
  return Array.from({ length }, (_, i) => (before ? rise(i) : 1) * (after ? rise(length - 1 - i) : 1));
}

/**
 * Blends tiles by weights that fall to the edges as raised cosines and are made to sum to one in each pixel: no seam, and
 * an edge, where a network sees least, counts least.
 * @param shape of the whole image. @param overlap width of the fall, pixels.
 * @returns `add`, of a tile's image, which stays the caller's, and `finish`, once all pixels are covered.
 */
export function blendTiles([, height, width, channels]: tf.Tensor4D["shape"], overlap: number) {
  const sums = new Float64Array(height * width * channels);
  const weights = new Float64Array(height * width);
  return {
    add({ left, top, width: wide, height: tall }: Rectangle, image: tf.Tensor4D): void {
      const across = ramp(wide, overlap, { before: left > 0, after: left + wide < width });
      const down = ramp(tall, overlap, { before: top > 0, after: top + tall < height });
      const values = image.dataSync();
      for (let row = 0; row < tall; row++) {
        for (let column = 0; column < wide; column++) {
          const weight = (down[row] as number) * (across[column] as number);
          const pixel = (top + row) * width + left + column;
          weights[pixel] = (weights[pixel] as number) + weight;
          for (let channel = 0; channel < channels; channel++) {
            const value = values[(row * wide + column) * channels + channel] as number;
            const place = pixel * channels + channel;
            sums[place] = (sums[place] as number) + weight * value;
          }
        }
      }
    },
    finish(): tf.Tensor4D {
      // Filled in place: Float32Array.from would first list all values as JavaScript numbers, more than V8 can hold.
      const mean = new Float32Array(sums.length);
      for (let i = 0; i < mean.length; i++)
        mean[i] = (sums[i] as number) / (weights[Math.floor(i / channels)] as number);
      return tf.tensor4d(mean, [1, height, width, channels]);
    },
  };
}

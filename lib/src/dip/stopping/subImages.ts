import { defaultPatience, stopAtMinimum } from "./patience";
import type { StoppingRule } from "./rule";

/**
 * ESM (Cheng, Xu, Tao 2025, IEEE Signal Processing Letters 32): each output is split into two sub-images, and the fit stops
 * when their distance no longer falls. Only the paper's abstract could be followed; guessed are the split, the means of
 * the two diagonals of each 2x2 block (as in Mansour & Heckel 2023), the distance, the mean square, and the patience.
 * @param shape of the image, [1, height, width, channels], sides of at least 2.
 */
export function stopAtSubImageDistance([, height, width, channels]: readonly [
  number,
  number,
  number,
  number,
]): StoppingRule {
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  if (rows < 1 || columns < 1) throw new RangeError(`sub-images: got ${width}x${height}, want sides of at least 2`);
  const at = (image: Float32Array, y: number, x: number, c: number) => image[(y * width + x) * channels + c] as number;
  const distance = (image: Float32Array) => {
    let sum = 0;
    for (let y = 0; y < 2 * rows; y += 2) {
      for (let x = 0; x < 2 * columns; x += 2) {
        for (let c = 0; c < channels; c++) {
          const falling = at(image, y, x, c) + at(image, y + 1, x + 1, c);
          const rising = at(image, y, x + 1, c) + at(image, y + 1, x, c);
          sum += ((falling - rising) / 2) ** 2;
        }
      }
    }
    return sum / (rows * columns * channels);
  };
  return stopAtMinimum("output", distance, defaultPatience);
}

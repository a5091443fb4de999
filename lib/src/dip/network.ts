import type { Network } from "../nn";
import type { tf } from "../runtime";

/** An untrained network whose structure is the prior: from a fixed input to an image in (0, 1). */
export interface DipNetwork extends Network<[tf.Tensor4D]> {
  /** The sides of an output are divisible by this; `fitDip` pads other images and crops the output back. */
  readonly multiple: number;
  /** Largest value of the uniform input that the authors start it from. */
  readonly inputScale: number;
  /** Shape of the input for an output of this size, whose sides `multiple` divides. */
  inputShape(height: number, width: number): [number, number, number, number];
}

/** @throws RangeError when a count is not a whole number above 0, or there is no scale. */
export function checkChannels(filters: number[], ...others: number[]): void {
  for (const count of [...filters, ...others]) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`channels: got ${count}, want a whole number above 0`);
    }
  }
  if (filters.length === 0) throw new RangeError("filters: got an empty list, want one count a scale");
}

/** @throws RangeError when a network cannot take an input. */
export function checkInput(
  name: string,
  { shape: [, height, width, found] }: tf.Tensor4D,
  { multiple, channels }: { multiple: number; channels: number },
): void {
  if (height % multiple === 0 && width % multiple === 0 && found === channels) return;
  throw new RangeError(
    `${name}: got an input of ${width}x${height} with ${found} channels, ` +
      `want sides divisible by ${multiple} and ${channels} channels`,
  );
}

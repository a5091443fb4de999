import { join } from "node:path";

/**
 * An estimated mean squared error as a PSNR in dB, and as the deviation of noise in grey values. Undefined where it is
 * not above 0, as an unbiased estimate can be, and is where the noise level that it takes off is too high.
 */
export function errorAs(risk: number): { psnr: number; greyValues: number } | undefined {
  return risk > 0 ? { psnr: -10 * Math.log10(risk), greyValues: 255 * Math.sqrt(risk) } : undefined;
}

/** The same in words. */
export function tellError(risk: number): string {
  const error = errorAs(risk);
  return error
    ? `${error.psnr.toFixed(1)} dB PSNR, as noise of sigma ${error.greyValues.toFixed(1)}`
    : "below zero: the noise level is too high for this photo";
}

export function warnOfColour(correlation: number): string {
  return `The noise is not white: in what was taken off, neighbouring pixels correlate by ${correlation.toFixed(2)} (white noise: about 0), as after a camera's demosaicking or JPEG. Some of it is left in the picture, and the estimated error does not hold.`;
}

/** In the folder of the results, what is no result: the list of what belongs to the command, tiles, previews. */
export const stateFolder = ".ddpm-dip";

export function filesOf(out: string, name: string): { picture: string; record: string } {
  return { picture: join(out, `${name}.png`), record: join(out, `${name}.json`) };
}

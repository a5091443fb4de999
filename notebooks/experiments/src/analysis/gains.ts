import type { DataFrame } from "danfojs-node";
import { onSharedImages, pair, type Row, rowsOf, select } from "./frames";

/**
 * A variant against others, image by image, at each noise level at which both are: a row a level and other, with the mean gain in
 * PSNR and its 95 % interval over images, dB, the share of images on which it wins, and its worst image.
 * @throws RangeError when the frame has no such variant, or when two are not on the same images.
 */
export function gainsOver(frame: DataFrame, variant: string, others: readonly string[]): Row[] {
  const levelsOf = (one: string) =>
    new Set(rowsOf(select(frame, { variant: one })).map(({ sigma }) => sigma as number));
  const levels = [...levelsOf(variant)].sort((a, b) => a - b);
  return others.flatMap((other) => {
    const known = levelsOf(other);
    return levels
      .filter((sigma) => known.has(sigma))
      .map((sigma): Row => {
        const at = select(frame, { variant: [variant, other], sigma });
        const { images, mean, low, high, wins, worst } = pair(at, { of: "psnr", variants: [variant, other] });
        return { over: other, sigma, images, gain: mean, low, high, wins, worst };
      });
  });
}

/**
 * `gainsOver` on each set on which the variant is, over those of the others that are there too, on the images that all of them have.
 * A set of one image is left out.
 */
export function gainsBySet(frame: DataFrame, variant: string, others: readonly string[]): Row[] {
  const sets = new Set(rowsOf(frame).flatMap((row) => (row.variant === variant ? [String(row.set)] : [])));
  return [...sets].flatMap((set) => {
    const rows = rowsOf(select(frame, { set }));
    const there = others.filter((other) => rows.some((row) => row.variant === other));
    if (there.length === 0 || new Set(rows.map(({ image }) => image)).size < 2) return [];
    const on = onSharedImages(select(frame, { set, variant: [variant, ...there] }));
    return gainsOver(on, variant, there).map((row) => ({ set, ...row }));
  });
}

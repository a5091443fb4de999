import type { DataFrame } from "danfojs-node";
import { mean } from "simple-statistics";
import { onSharedImages, pair, type Row, rowsOf, select } from "./frames";
import { distinctNumbers } from "./tables";

/** Up to so many images all sign flips of their differences are gone through, beyond as many of them, evenly spread. */
const imagesWithAllFlips = 16;
const mostImages = 32;

/** The flip of a number, a bit an image; 0 flips none. */
const flipOf = (i: number, images: number) =>
  images <= imagesWithAllFlips ? i : (Math.imul(i, 0x9e3779b1) >>> 0) >>> (32 - images);

/**
 * The p-value of each member of a family, which holds for all of it (Westfall and Young 1993, step-down: in the order of their
 * |mean|, each held against the largest |mean| of itself and those after it under every flip of the images' signs, or under
 * 65,536 flips of more than 16). It assumes that differences are symmetric around 0 where nothing changes.
 * @param family differences by the same images. @throws RangeError for under 2, over 32 or different numbers of images.
 */
export function stepDown(family: readonly (readonly number[])[]): number[] {
  const images = family[0]?.length ?? 0;
  if (images < 2 || images > mostImages) throw new RangeError(`images: got ${images}, want 2 to ${mostImages}`);
  const other = family.find(({ length }) => length !== images);
  if (other) throw new RangeError(`images: got ${other.length} of a member, want ${images} as of the first`);
  const sizeOf = (differences: readonly number[], flips = 0) =>
    Math.abs(mean(differences.map((d, i) => ((flips >> i) & 1 ? -d : d))));
  const rising = family.map((differences, member) => ({ differences, member, size: sizeOf(differences) }));
  rising.sort((one, next) => one.size - next.size);
  // From the smallest up: under each flip the largest of those that are no larger than this one.
  const largest = new Float64Array(2 ** Math.min(images, imagesWithAllFlips));
  const raw = rising.map(({ differences, member, size }) => {
    largest.forEach((value, i) => {
      largest[i] = Math.max(value, sizeOf(differences, flipOf(i, images)));
    });
    // A flip that gives the same numbers again may round otherwise.
    return { member, p: mean([...largest].map((one) => Number(one >= size * (1 - 1e-9)))) };
  });
  const adjusted: number[] = [];
  raw.reverse().reduce((before, { member, p }) => {
    adjusted[member] = Math.max(before, p);
    return Math.max(before, p);
  }, 0);
  return adjusted;
}

/**
 * What each variant changes against a reference, image by image (one seed each): the mean difference of a column with its 95 %
 * interval over images, the share of images on which the variant is greater, and its p-value (`stepDown`).
 * @throws RangeError for variants on other images than the reference, and as `stepDown` does.
 */
export function effectsOver(
  frame: DataFrame,
  { reference, of }: { reference: string; of: string },
): { variant: string; mean: number; low: number; high: number; wins: number; p: number }[] {
  const variants = [...new Set(rowsOf(frame).map(({ variant }) => String(variant)))].filter((one) => one !== reference);
  const compared = variants.map((variant) => ({ variant, ...pair(frame, { of, variants: [variant, reference] }) }));
  const adjusted = stepDown(compared.map(({ differences }) => differences));
  return compared.map(({ variant, mean, low, high, wins }, i) => {
    return { variant, mean, low, high, wins, p: adjusted[i] as number };
  });
}

/**
 * A variant against others by `pair`, a row a noise level and other: the gain in PSNR, dB.
 * @throws RangeError when the frame has no such variant, or when two are not on the same images.
 */
export function gainsOver(frame: DataFrame, variant: string, others: readonly string[]): Row[] {
  const levelsOf = (one: string) =>
    distinctNumbers(rowsOf(select(frame, { variant: one })).map(({ sigma }) => sigma as number));
  const levels = levelsOf(variant);
  return others.flatMap((other) => {
    const known = levelsOf(other);
    const shared = levels.filter((sigma) => known.includes(sigma));
    return shared.map((sigma): Row => {
      const at = select(frame, { sigma });
      const { mean: gain, images, differences: _, ...rest } = pair(at, { of: "psnr", variants: [variant, other] });
      return { over: other, sigma, images, gain, ...rest };
    });
  });
}

/** `gainsOver` on each set of more than one image, over those of the others that are there, on the images that all have. */
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

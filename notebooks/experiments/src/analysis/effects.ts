import type { DataFrame } from "danfojs-node";
import { bootstrapMean } from "ddpm-dip/metrics";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { type Row, rowsOf, select } from "./frames";

/** At most so many images: all sign flips of their differences are gone through. */
const mostImages = 16;

/**
 * What each variant changes against a reference, image by image: the mean difference of a column with its 95 % interval over images,
 * the share of images on which the variant is greater, and a p-value that holds for the whole family of variants (Westfall and Young
 * 1993: the largest |t| of all variants under every flip of the images' signs). It assumes that differences are symmetric around 0
 * where nothing changes, and is never beaten in power by Holm's correction of the same test. One seed an image.
 * @throws RangeError for variants on other images than the reference, for under 2 and for more than 16 images.
 */
export function effectsOver(
  frame: DataFrame,
  { reference, of }: { reference: string; of: string },
): { variant: string; mean: number; low: number; high: number; wins: number; p: number }[] {
  const valuesOf = (variant: string) =>
    new Map(rowsOf(select(frame, { variant })).map((row: Row) => [String(row.image), row[of] as number]));
  const base = valuesOf(reference);
  const images = [...base.keys()];
  if (images.length < 2 || images.length > mostImages) {
    throw new RangeError(`images: got ${images.length}, want 2 to ${mostImages}`);
  }
  const variants = [...new Set(rowsOf(frame).map(({ variant }) => String(variant)))].filter((one) => one !== reference);
  const family = variants.map((variant) => {
    const own = valuesOf(variant);
    if ([...own.keys()].sort().join() !== [...images].sort().join()) {
      throw new RangeError(`${variant}: got the images ${[...own.keys()]}, want those of ${reference}: ${images}`);
    }
    return { variant, differences: images.map((image) => (own.get(image) as number) - (base.get(image) as number)) };
  });
  const largest = Array.from({ length: 2 ** images.length }, (_, flips) =>
    Math.max(...family.map(({ differences }) => studentised(differences.map((d, i) => ((flips >> i) & 1 ? -d : d))))),
  );
  return family.map(({ variant, differences }) => {
    const own = studentised(differences);
    // A flip that gives the same numbers again may round otherwise.
    const p = mean(largest.map((one) => Number(one >= own * (1 - 1e-9))));
    return { variant, ...bootstrapMean(differences), wins: mean(differences.map((d) => Number(d > 0))), p };
  });
}

/** |t| of a mean; 0 for numbers that are all 0, infinite for others that are all the same. */
function studentised(differences: readonly number[]): number {
  const centre = Math.abs(mean([...differences]));
  const deviation = sampleStandardDeviation([...differences]);
  if (centre === 0) return 0;
  return (centre / deviation) * Math.sqrt(differences.length);
}

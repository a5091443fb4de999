import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { mean } from "simple-statistics";
import { groupBy, meansByImage } from "./groupBy";
import type { Restoration } from "./restorations";

/** Names task, image and seed: restorations of one place compare. */
export const placeOf = ({ task, image, seed }: Restoration): string => `${task}/${image}/${seed}`;

/** Mean over images with its 95 % bootstrap interval: what belongs to one image (seeds, tasks) is averaged first. */
export function overImages<Item extends { image: string }>(
  items: readonly Item[],
  read: (item: Item) => number,
): Interval {
  return bootstrapMean([...meansByImage(items, read).values()]);
}

/** Task by task the restorations at that level and number of evaluations which is best on the mean, in hindsight. */
export function bestSettings(rows: readonly Restoration[]): Restoration[] {
  return [...groupBy(rows, ({ task }) => task).values()].flatMap((own) => {
    const settings = [...groupBy(own, ({ t0, nfe, dipIterations }) => `${t0}/${nfe}/${dipIterations}`).values()];
    const qualityOf = (some: Restoration[]) => mean(some.map(({ psnr }) => psnr));
    return settings.reduce((best, some) => (qualityOf(some) > qualityOf(best) ? some : best));
  });
}

/** One method against another at the same places. */
export interface PairedGain extends Interval {
  pairs: number;
  /** Share of the pairs with a gain above 0. */
  wins: number;
}

/**
 * The gain in PSNR of restorations over others at the same places, dB.
 * @throws RangeError for a place that the others have not, or have twice.
 */
export function pairedGain(own: readonly Restoration[], others: readonly Restoration[]): PairedGain {
  const byPlace = groupBy(others, placeOf);
  const gains = own.map((one) => {
    const there = byPlace.get(placeOf(one)) ?? [];
    if (there.length !== 1)
      throw new RangeError(`${placeOf(one)}: got ${there.length} restorations to compare with, want 1`);
    return { image: one.image, gain: one.psnr - (there[0]?.psnr ?? Number.NaN) };
  });
  const wins = mean(gains.map(({ gain }) => Number(gain > 0)));
  return { ...overImages(gains, ({ gain }) => gain), pairs: gains.length, wins };
}

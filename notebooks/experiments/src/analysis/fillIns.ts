import { mean } from "simple-statistics";
import type { SpecOf, TrialRecord } from "../spec";
import { bestInTime } from "./budget";
import type { Row } from "./frames";
import { distinctNumbers, groupBy } from "./groupBy";
import { type Restoration, titleOf } from "./restorations";
import type { MethodGroup } from "./timeToQuality";

type FillIn = TrialRecord<SpecOf<"fill-in">>;

/**
 * What `restore` returns where not all was measured: a row a task and effort (by DIP's iterations at most), with mean PSNR, SSIM and
 * seconds, the share of images that it started from DIP's image, and its difference to the best mean of each group, dB, at whatever
 * setting is best in hindsight and however long that takes.
 * @param rows of the same images by other methods.
 */
export function fillInTable(
  trials: readonly FillIn[],
  rows: readonly Restoration[],
  groups: readonly MethodGroup[],
): Row[] {
  return [...groupBy(trials, ({ spec }) => titleOf(spec.task))].flatMap(([task, own]) =>
    distinctNumbers(own.map(({ spec }) => spec.settings.iterations)).flatMap((iterations) => {
      const some = own.filter(({ spec }) => spec.settings.iterations === iterations);
      const of = (name: string) => mean(some.map(({ metrics }) => metrics[name] ?? Number.NaN));
      const images = new Set(some.map(({ spec }) => spec.image.name));
      const there = rows.filter((row) => row.task === task && images.has(row.image));
      const differences = groups.map((group) => {
        const best = bestInTime(there, group, Number.POSITIVE_INFINITY);
        return [group.title, best.length > 0 ? of("psnr") - mean(best.map(({ psnr }) => psnr)) : "–"];
      });
      return [
        {
          ...{ task, iterations, psnr: of("psnr"), ssim: of("ssim"), seconds: of("seconds") },
          ...{ startsFromDip: of("startsFromDip"), ...Object.fromEntries(differences) },
        },
      ];
    }),
  );
}

import type { TrialRecord } from "ddpm-dip/trials";
import { paperCases } from "../plans/paperPictures";
import type { SpecOf } from "../spec";
import type { Row } from "./frames";

/** What the paper itself states, at its sizes (Ulyanov et al. 2018, tables and section 3). */
const published: Record<string, string> = { "F16_GT.png": "30.43 (nine images)", "barbara.png": "32.22" };

/** The paper's pictures, a row each; those whose trials are not there are left out. */
export function paperTable(records: readonly TrialRecord<SpecOf<"dip-task">>[]): Row[] {
  return paperCases.flatMap(({ title, image }) => {
    const record = records.find(({ spec }) => spec.image.name === image);
    if (!record) return [];
    const { spec, metrics } = record;
    const of = (name: string) => metrics[name] as number;
    return [
      {
        ...{ task: title, size: spec.size, published: published[image] ?? "a picture", without: of("plain.psnr") },
        ...{ last: of("last.psnr"), best: of("best.psnr"), iterations: spec.iterations, seconds: of("secondsFit") },
      },
    ];
  });
}

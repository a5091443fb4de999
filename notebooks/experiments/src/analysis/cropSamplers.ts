import type { TrialRecord } from "ddpm-dip/trials";
import { mean } from "simple-statistics";
import type { SpecOf } from "../spec";
import { titleOf } from "./descents";
import type { Row } from "./frames";
import { groupBy, pivot } from "./tables";

type Restore = TrialRecord<SpecOf<"ddpm-restore">>;

const titles: Record<string, string> = { ddnm: "DDNM", dps: "DPS", diffpir: "DiffPIR", repaint: "RePaint" };

const psnrOf = ({ metrics }: Restore) => metrics["restored.psnr"] ?? Number.NaN;

/** A sampler with its evaluations, as a column is called; none for those that only denoise. */
function columnOf({ spec: { restorer }, metrics }: Restore): string | undefined {
  const title = titles[restorer.kind];
  return title && `${title} ${metrics.evaluations}`;
}

/**
 * Samplers from noise on crops: a row a task, a column a sampler and number of evaluations with its mean PSNR in dB over the images that
 * all samplers are on; "–" where a sampler is not made for the task.
 * @param counts evaluations that are shown.
 */
export function cropSamplersTable(records: readonly Restore[], counts: readonly number[]): Row[] {
  const others = records.filter(({ spec }) => spec.restorer.kind !== "ddnm");
  const images = new Set(others.map(({ spec }) => spec.image.name));
  const own = records.filter(
    ({ spec, metrics }) => images.has(spec.image.name) && counts.includes(metrics.evaluations ?? Number.NaN),
  );
  const columns = Object.values(titles).flatMap((title) => counts.map((count) => `${title} ${count}`));
  return pivot(own, {
    by: ({ spec }) => ({ task: titleOf(spec.task) }),
    into: (record) => columnOf(record) ?? "",
    of: psnrOf,
    heads: columns,
  });
}

/** What was tried on the tune images, a row a sampler, setting and number of evaluations: mean PSNR in dB over tasks and images. */
export function samplerTuningTable(records: readonly Restore[]): Row[] {
  const settingOf = ({ spec: { restorer } }: Restore) =>
    restorer.kind === "dps"
      ? `scale ${restorer.scale}`
      : restorer.kind === "diffpir"
        ? `λ ${restorer.lambda}, ζ ${restorer.zeta}`
        : "";
  return [...groupBy(records, (record) => `${columnOf(record)}/${settingOf(record)}`)].map(([name, own]) => {
    const [sampler = "", setting = ""] = name.split("/");
    return { sampler, setting, psnr: mean(own.map(psnrOf)) };
  });
}

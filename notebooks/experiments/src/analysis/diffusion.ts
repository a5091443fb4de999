import { DataFrame } from "danfojs-node";
import type { TrialRecord } from "ddpm-dip/trials";
import { mean } from "simple-statistics";
import type { DdpmRestoreSpec } from "../spec";
import { pair, type Row, rowsOf, select, summarise } from "./frames";
import { titleOf } from "./reverseRuns";
import { groupBy, pivot, showRange } from "./tables";

type RestoreRecord = TrialRecord<DdpmRestoreSpec>;

const titles: Record<DdpmRestoreSpec["restorer"]["kind"], string> = {
  "one-step": "one evaluation",
  "self-ensemble": "eight, averaged",
  ddim: "DDIM",
  ddnm: "DDNM",
  dps: "DPS",
  diffpir: "DiffPIR",
  repaint: "RePaint",
};

/** What a task is called in tables: denoising by its level. @throws RangeError for another that no plan has. */
const nameTask = (task: DdpmRestoreSpec["task"]) =>
  task.kind === "denoise" ? `denoising, sigma ${Math.round(255 * task.sigma)}` : titleOf(task);

/** Restorations by diffusion alone as a frame, one row a trial; `degraded` is the PSNR of what was given, dB. */
export function restorationsFrame(records: readonly RestoreRecord[]): DataFrame {
  return new DataFrame(
    records.map(({ spec, metrics }): Row => {
      const of = (name: string) => metrics[name] as number;
      return {
        ...{
          variant: titles[spec.restorer.kind],
          task: nameTask(spec.task),
          image: spec.image.name,
          seed: spec.seeds.noise,
        },
        ...{ evaluations: of("evaluations"), degraded: of("plain.psnr"), psnr: of("restored.psnr") },
        ...{ ssim: of("restored.ssim"), seconds: of("seconds") },
      };
    }),
  );
}

export function countRuns(frame: DataFrame): string {
  const rows = rowsOf(frame);
  const [images, seeds] = (["image", "seed"] as const).map((name) => new Set(rows.map((row) => row[name])).size);
  return `${images} ${images === 1 ? "photo" : "photos"}, ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
}

/** Denoising by diffusion, a row a noise level: each way's mean PSNR, and DDIM less one evaluation, image by image. */
export function denoisingTable(frame: DataFrame): Row[] {
  const levels = [...new Set(rowsOf(frame).map(({ task }) => String(task)))];
  return levels.map((task) => {
    const at = select(frame, { task });
    const means = rowsOf(summarise(at, { by: ["variant"], of: ["degraded", "psnr", "seconds"] }));
    const of = (variant: string, name: string) => Number(means.find((row) => row.variant === variant)?.[name]);
    const [one, eight, ddim] = [titles["one-step"], titles["self-ensemble"], titles.ddim];
    const gain = pair(at, { of: "psnr", variants: [ddim, one] });
    return {
      ...{ task, degraded: of(one, "degradedMean"), one: of(one, "psnrMean") },
      interval: showRange({ low: of(one, "psnrLow"), high: of(one, "psnrHigh") }),
      ...{ milliseconds: 1000 * of(one, "secondsMean"), eight: of(eight, "psnrMean"), ddim: of(ddim, "psnrMean") },
      ...{ difference: gain.mean, differenceInterval: showRange(gain) },
    };
  });
}

const fromNoise = ["ddnm", "dps", "diffpir", "repaint"] as const;

const psnrOf = ({ metrics }: RestoreRecord) => metrics["restored.psnr"] ?? Number.NaN;

const columnOf = ({ spec, metrics }: RestoreRecord) => `${titles[spec.restorer.kind]} ${metrics.evaluations}`;

/**
 * Samplers from noise on crops, a row a task and a column a sampler and number of evaluations: mean PSNR in dB over the images
 * that all samplers are on. @param counts evaluations that are shown.
 */
export function cropSamplersTable(records: readonly RestoreRecord[], counts: readonly number[]): Row[] {
  const others = records.filter(({ spec }) => spec.restorer.kind !== "ddnm");
  const images = new Set(others.map(({ spec }) => spec.image.name));
  const own = records.filter(({ spec }) => images.has(spec.image.name));
  const heads = fromNoise.flatMap((kind) => counts.map((count) => `${titles[kind]} ${count}`));
  const shown = own.filter((record) => heads.includes(columnOf(record)));
  return pivot(shown, { by: ({ spec }) => ({ task: titleOf(spec.task) }), into: columnOf, of: psnrOf, heads });
}

/** What was tried on the tune images, a row a sampler, setting and number of evaluations: mean PSNR in dB over tasks and images. */
export function samplerTuningTable(records: readonly RestoreRecord[]): Row[] {
  const settingOf = ({ spec: { restorer } }: RestoreRecord) => {
    if (restorer.kind === "ddnm") return `η ${restorer.eta}`;
    if (restorer.kind === "dps") return `scale ${restorer.scale}`;
    return restorer.kind === "diffpir" ? `λ ${restorer.lambda}, ζ ${restorer.zeta}` : "";
  };
  return [...groupBy(records, (record) => `${columnOf(record)}/${settingOf(record)}`)].map(([name, own]) => {
    const [sampler = "", setting = ""] = name.split("/");
    return { sampler, setting, psnr: mean(own.map(psnrOf)) };
  });
}

import { DataFrame } from "danfojs-node";
import type { TrialRecord } from "ddpm-dip/trials";
import { max, mean } from "simple-statistics";
import type { SpecOf } from "../spec";
import { titleOf } from "./descents";
import { pair, type Row, rowsOf, select, summarise, where } from "./frames";
import { groupBy, pivot, showRange } from "./tables";

type RestoreSpec = SpecOf<"ddpm-restore">;
type RestoreRecord = TrialRecord<RestoreSpec>;

const titles: Record<RestoreSpec["restorer"]["kind"], string> = {
  "one-step": "one evaluation",
  "self-ensemble": "eight, averaged",
  ddim: "DDIM",
  ddnm: "DDNM",
  dps: "DPS",
  diffpir: "DiffPIR",
  repaint: "RePaint",
};

/** What a restoration by diffusion alone is called: its sampler. */
export function nameRestorer({ restorer: { kind } }: RestoreSpec): string {
  return titles[kind];
}

/** What a restoration is called where the share of fresh noise is what differs. */
export function nameEta({ restorer }: RestoreSpec): string {
  return restorer.kind === "ddnm" ? `η = ${restorer.eta}` : titles[restorer.kind];
}

/** What a task is called in tables: denoising by its level. @throws RangeError for another that no plan has. */
const nameTask = (task: RestoreSpec["task"]) =>
  task.kind === "denoise" ? `denoising, sigma ${Math.round(255 * task.sigma)}` : titleOf(task);

/**
 * Restorations by diffusion alone as a frame: one row a trial, with its task, its network evaluations, its seconds and the quality
 * of what was given (`degraded`, dB) and of what was made (`psnr`, dB, and `ssim`).
 * @param nameVariant what is compared, in the column `variant`.
 */
export function restorationsFrame(
  records: readonly RestoreRecord[],
  nameVariant: (spec: RestoreSpec) => string = nameRestorer,
): DataFrame {
  return new DataFrame(
    records.map(({ spec, metrics }): Row => {
      const of = (name: string) => metrics[name] as number;
      return {
        ...{ variant: nameVariant(spec), task: nameTask(spec.task), image: spec.image.name, seed: spec.seeds.noise },
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

/** Mean quality and seconds of each sampler on each task at each number of network evaluations, fewest first. */
export function restorationCurves(frame: DataFrame): Row[] {
  const of = ["degraded", "psnr", "ssim", "seconds"];
  const rows = rowsOf(summarise(frame, { by: ["task", "variant", "evaluations"], of }));
  return rows.sort((a, b) => Number(a.evaluations) - Number(b.evaluations));
}

/**
 * Each sampler on each task at the number of evaluations at which it is best on these very images, and what the first one gains over
 * it, image by image.
 */
export function bestRestorers(frame: DataFrame): Row[] {
  const curves = restorationCurves(frame);
  const names = [...new Set(rowsOf(frame).map(({ variant }) => String(variant)))];
  return [...new Set(rowsOf(frame).map(({ task }) => String(task)))].flatMap((task) => {
    const best = names.flatMap((variant) => {
      const own = curves.filter((row) => row.task === task && row.variant === variant);
      const top = max([Number.NEGATIVE_INFINITY, ...own.map(({ psnrMean }) => Number(psnrMean))]);
      return own.filter(({ psnrMean }) => psnrMean === top).slice(0, 1);
    });
    return best.map((row, i) => {
      const isShown = (one: Row) =>
        one.task === task && best.some((b) => b.variant === one.variant && b.evaluations === one.evaluations);
      const first = best[0]?.variant as string;
      const gain = i > 0 && pair(where(frame, isShown), { of: "psnr", variants: [first, row.variant as string] });
      return {
        ...{ task, sampler: row.variant as string, evaluations: row.evaluations as number },
        ...{ degraded: row.degradedMean as number, psnr: row.psnrMean as number, ssim: row.ssimMean as number },
        ...{ gain: gain ? gain.mean : "–", interval: gain ? showRange(gain) : "–", seconds: row.secondsMean as number },
        perEvaluation: (1000 * Number(row.secondsMean)) / Number(row.evaluations),
      };
    });
  });
}

/** A variant's mean PSNR in a column each, a row a task and number of evaluations. */
export function variantColumns(frame: DataFrame): Row[] {
  return pivot(rowsOf(frame), {
    by: ({ task, evaluations }) => ({ task, evaluations }) as Row,
    ...{ into: ({ variant }) => String(variant), of: ({ psnr }) => Number(psnr) },
  });
}

/** What the samplers make of one image, a row of pictures a task, each at its number of evaluations. */
export function restorationRows(
  records: readonly RestoreRecord[],
  { image, evaluations }: { image: string; evaluations: number },
): { name: string; images: { source: string; label?: string }[] }[] {
  const own = records.filter(({ spec, images }) => spec.image.name === image && "restored" in images);
  const shown = own.filter(({ metrics }) => metrics.evaluations === evaluations);
  return [...new Set(shown.map(({ spec }) => nameTask(spec.task)))].map((name) => {
    const made = shown.filter(({ spec }) => nameTask(spec.task) === name);
    const [first] = made as [RestoreRecord];
    const at = ({ images, metrics }: RestoreRecord, picture: string, title: string) => ({
      source: images[picture] as string,
      label: `${title}<br>${(metrics[`${picture}.psnr`] as number).toFixed(1)} dB`,
    });
    return {
      name: name.replace("super-resolution ", "super-<br>resolution<br>").replace("half of the ", "half of<br>the "),
      images: [
        at(first, "plain", "degraded"),
        ...made.map((record) => at(record, "restored", nameRestorer(record.spec))),
        { source: first.images.clean as string, label: "clean" },
      ],
    };
  });
}

const fromNoise = ["ddnm", "dps", "diffpir", "repaint"] as const;

const psnrOf = ({ metrics }: RestoreRecord) => metrics["restored.psnr"] ?? Number.NaN;

const columnOf = ({ spec, metrics }: RestoreRecord) => `${nameRestorer(spec)} ${metrics.evaluations}`;

/**
 * Samplers from noise on crops: a row a task, a column a sampler and number of evaluations with its mean PSNR in dB over the images that
 * all samplers are on; "–" where a sampler is not made for the task.
 * @param counts evaluations that are shown.
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
    if (restorer.kind === "dps") return `scale ${restorer.scale}`;
    return restorer.kind === "diffpir" ? `λ ${restorer.lambda}, ζ ${restorer.zeta}` : "";
  };
  return [...groupBy(records, (record) => `${columnOf(record)}/${settingOf(record)}`)].map(([name, own]) => {
    const [sampler = "", setting = ""] = name.split("/");
    return { sampler, setting, psnr: mean(own.map(psnrOf)) };
  });
}

import { parse } from "csv-parse/sync";
import { mean } from "simple-statistics";
import { type GroupTitle, groupedMethods } from "../../notebooks/experiments/src/analysis/methodGroups.js";
import { markdownRow, markdownTable } from "./markdown.mjs";

/** A row of an exported table, its numbers as numbers. */
export type Row = Record<string, string | number>;

/** Reads an exported table. @throws Error when it is not CSV, or has none of the columns that are wanted. */
export function readTable(csv: string, columns: readonly string[]): Row[] {
  const rows = parse(csv, {
    columns: true,
    cast: (text) => (text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text),
  });
  const missing = columns.find((column) => rows.some((row: Row) => !(column in row)));
  if (rows.length === 0 || missing)
    throw new Error(`exported table: want rows with ${columns}, got ${missing ? `none of ${missing}` : "no row"}`);
  return rows;
}

const number = (row: Row, column: string) => Number(row[column]);
const pick = (rows: readonly Row[], fields: Row): Row => {
  const found = rows.find((row) => Object.entries(fields).every(([column, value]) => row[column] === value));
  if (!found) throw new Error(`exported table: got no row with ${JSON.stringify(fields)}`);
  return found;
};
const bold = (text: string) => `**${text}**`;
/** How far the image of a stopping criterion is from the best of the same fit: this project's, and two of the literature. */
export function stoppingLines(csv: string): string[] {
  const rows = readTable(csv, ["variant", "images", "gapMedian", "gap95"]);
  const gap = (variant: string) => {
    const row = pick(rows, { variant });
    return `${number(row, "gapMedian").toFixed(2)} (${number(row, "gap95").toFixed(2)}) dB`;
  };
  const { images } = pick(rows, { variant: "oracle" });
  const others = `ES-WMV ${gap("ES-WMV, averaged output")}, held-out pixels ${gap("held-out pixels, 10 %")}`;
  const title = `lost by stopping DIP, σ 25, ${images} images of CBSD68: median (95 %)`;
  return [markdownRow([title, gap("risk estimate of the antithetic pair"), "–", "–", others])];
}

/** The combined method as tables name it: what is stacked, the DDPM last. */
const isCombined = /^[\w-]+ fitted \+ ([\w-]+)$/;

/** What stands beside the combined method, by its name in the exported table: the last is a part of it alone. */
const baselineTitles: Record<string, string> = {
  CBM3D: "CBM3D",
  "ffdnet ×8": "FFDNet",
  "ffdnet fitted": "FFDNet fitted to the image",
};

/** DIP alone: fitted by Stein's estimate, its output or its outputs averaged, or the antithetic pair. */
const dipTitles = ["DIP, SURE", "DIP, SURE, averaged", "DIP, pair"];

/** The level of noise that is shown, of 255; the report has the others. */
const shownSigma = 25;

/**
 * On each set the DDPM fitted to the image as a DIP is (`--thorough`) and the default in brackets, beside the DDPM with self-ensemble
 * and the baselines; bold where it is the best of the row.
 */
export function denoisingLines(csv: string): string[] {
  const rows = readTable(csv, ["prior", "set", "sigma", "images", "psnrMean"]);
  // One image is no set.
  const combined = rows.filter((row) => isCombined.test(String(row.prior)) && number(row, "images") > 1);
  if (combined.length === 0) throw new Error("exported table: got no row of the combined method");
  const show = (value: number | undefined) => (value === undefined ? "–" : `${value.toFixed(2)} dB`);
  return combined
    .filter(({ sigma }) => sigma === shownSigma)
    .map(({ prior, set, sigma, images, psnrMean }) => {
      const psnrOf = (name: string) =>
        rows.find((row) => row.prior === name && row.set === set && row.sigma === sigma)?.psnrMean as
          | number
          | undefined;
      const usual = Number(psnrMean);
      const [fitted, ddpm] = [" fitted", " ×8"].map((end) => psnrOf(String(prior).replace(isCombined, `$1${end}`)));
      const baselines = Object.keys(baselineTitles).filter((name) => psnrOf(name) !== undefined);
      const ofDip = dipTitles.flatMap((name) => psnrOf(name) ?? []);
      const dip = ofDip.length > 0 ? Math.max(...ofDip) : undefined;
      const own = fitted ?? usual;
      const others = [ddpm, ...baselines.map(psnrOf)].map((value) => Number((value ?? 0).toFixed(2)));
      // What differs by less than is shown is no win.
      const isBest = Number(own.toFixed(2)) > Math.max(...others);
      return markdownRow([
        `denoising, σ ${sigma}, ${set} (${images} images)`,
        `${isBest ? bold(show(own)) : show(own)}${fitted === undefined ? "" : ` (${usual.toFixed(2)})`}`,
        ...[dip, ddpm].map(show),
        baselines.map((name) => `${baselineTitles[name]} ${show(psnrOf(name))}`).join(", "),
      ]);
    });
}

/** Seconds of one core in which what was not measured is filled in. */
const budget = 8;

/** The groups of ways to fill in that the table has, in the order of its columns. */
const columns: readonly GroupTitle[] = ["… at its best level", "DIP alone", "DDPM alone", "start without a network"];

/** The mean over the tasks of the best mean of each way within the budget; a dash for a way that is not so quick on one of them. */
export function accelerationLines(csv: string): string[] {
  const rows = readTable(csv, ["task", "method", "psnrMean", "secondsTotal", "images"]);
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const bests = columns.map((title) =>
    tasks.map((task) => {
      const own = rows.filter(
        (row) =>
          row.task === task &&
          number(row, "secondsTotal") <= budget &&
          groupedMethods[title].some((one) => one === row.method),
      );
      return Math.max(...own.map((row) => number(row, "psnrMean")));
    }),
  );
  const means = bests.map(mean);
  const cells = means.map((psnr) => (Number.isFinite(psnr) ? `${psnr.toFixed(2)} dB` : "–"));
  const images = Math.max(...rows.map((row) => number(row, "images")));
  return [markdownRow([`filling in within ${budget} s, ${tasks.length} tasks (${images} crops of CBSD68)`, ...cells])];
}

/** The exported tables that the results are made of; one that is not there yet is undefined. */
export interface ExportedTables {
  denoising: string | undefined;
  stopping: string | undefined;
  acceleration: string | undefined;
}

/** The table of results for the README, in Markdown. */
export function formatResults({ denoising, stopping, acceleration }: ExportedTables): string {
  return [
    markdownTable(["test images", "both together", "DIP alone", "DDPM alone", "baseline or control"], []),
    ...(denoising ? denoisingLines(denoising) : []),
    ...(stopping ? stoppingLines(stopping) : []),
    ...(acceleration ? accelerationLines(acceleration) : []),
    "",
    "PSNR, means over images. Denoising: squares of 128 pixels; the DDPM fitted to the image as a DIP is (`--thorough`), in brackets" +
      "\nthe default, a fitted FFDNet stacked with the DDPM; DIP alone fitted by Stein's estimate or as the antithetic pair, the" +
      "\nbest of them; the DDPM and FFDNet with geometric self-ensemble (×8). Stopping: against the best image of the same fit" +
      "\n(ES-WMV on the averaged output, its better reading). Filling in: each way's best mean of a task within the seconds of one" +
      "\ncore, its setting known in hindsight, DIP's level too; the control is the same diffusion from the image of least total" +
      "\nvariation or from interpolated pixels, which need no network.",
  ].join("\n");
}

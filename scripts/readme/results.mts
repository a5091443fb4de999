import { parse } from "csv-parse/sync";

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
const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const distinct = (rows: readonly Row[], column: string) => [
  ...new Set(rows.map((row) => row[column] as string | number)),
];

/** How far the image of a stopping criterion is from the best of the same fit: this project's, and two of the literature. */
export function stoppingLines(csv: string): string[] {
  const rows = readTable(csv, ["variant", "images", "gapMedian", "gap95"]);
  const gap = (variant: string) => {
    const row = pick(rows, { variant });
    return `${number(row, "gapMedian").toFixed(2)} (${number(row, "gap95").toFixed(2)}) dB`;
  };
  const { images } = pick(rows, { variant: "oracle" });
  const others = `ES-WMV ${gap("ES-WMV")}, held-out pixels ${gap("held-out pixels, 10 %")}`;
  const title = `lost by stopping DIP, σ 25, ${images} images of CBSD68: median (95 %)`;
  return [line([title, gap("risk estimate of the antithetic pair"), "–", "–", others])];
}

/** The combined method as tables name it: what is stacked, the DDPM last. */
const isCombined = /^[\w-]+ \+ ([\w-]+), adapted$/;

/** The combined method on each set, beside its DDPM and the baselines; bold where it is the best of the row. */
export function denoisingLines(csv: string): string[] {
  const rows = readTable(csv, ["prior", "set", "sigma", "images", "psnrMean"]);
  // One image is no set.
  const combined = rows.filter((row) => isCombined.test(String(row.prior)) && number(row, "images") > 1);
  if (combined.length === 0) throw new Error("exported table: got no row of the combined method");
  const show = (value: number) => `${value.toFixed(2)} dB`;
  return combined.map(({ prior, set, sigma, images, psnrMean }) => {
    const ddpmName = String(prior).replace(isCombined, "$1");
    const at = (prior: string) => rows.find((row) => row.prior === prior && row.set === set && row.sigma === sigma);
    const psnrOf = (prior: string) => at(prior)?.psnrMean as number | undefined;
    const baselines = ["CBM3D", "ffdnet", "ffdnet ×8"].filter(at);
    const [own, ddpm] = [Number(psnrMean), psnrOf(ddpmName)];
    const isBest = [ddpmName, ...baselines].every((prior) => own > (psnrOf(prior) ?? Number.NEGATIVE_INFINITY));
    const shown = baselines.map((prior) => `${prior.replace("ffdnet", "FFDNet")} ${show(Number(psnrOf(prior)))}`);
    return line([
      `denoising, σ ${sigma}, ${set} (${images} images)`,
      isBest ? bold(show(own)) : show(own),
      "–",
      ddpm === undefined ? "–" : show(ddpm),
      shown.join(", "),
    ]);
  });
}

/** Seconds of one core in which what was not measured is filled in. */
const budget = 8;

/** Per task, the best mean of each way that is done within the budget: its quality and its seconds. */
export function accelerationLines(csv: string): string[] {
  const rows = readTable(csv, ["task", "method", "psnrMean", "secondsTotal", "images"]);
  const show = (row: Row | undefined) =>
    row ? `${number(row, "psnrMean").toFixed(1)} dB in ${number(row, "secondsTotal").toFixed(1)} s` : "–";
  return distinct(rows, "task").map((task) => {
    const inTime = rows.filter((row) => row.task === task && number(row, "secondsTotal") <= budget);
    const best = (...methods: string[]) =>
      inTime
        .filter(({ method }) => methods.includes(String(method)))
        .sort((a, b) => number(b, "psnrMean") - number(a, "psnrMean"))[0];
    const ways = [
      best("dip-start"),
      best("dip", "dip-other-input"),
      best("ddpm"),
      best("start-spread", "start-variation", "only-spread", "only-variation"),
    ];
    const most = Math.max(...ways.flatMap((row) => (row ? [number(row, "psnrMean")] : [])));
    const cells = ways.map((row) => (row && number(row, "psnrMean") === most ? bold(show(row)) : show(row)));
    return line([`filling in, ${task} (${inTime[0]?.images ?? 0} crops of CBSD68)`, ...cells]);
  });
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
    "| test images | both together | DIP alone | DDPM alone | baseline or control |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...(denoising ? denoisingLines(denoising) : []),
    ...(stopping ? stoppingLines(stopping) : []),
    ...(acceleration ? accelerationLines(acceleration) : []),
    "",
    "PSNR, means over images. Denoising: squares of 128 pixels; ×8 is geometric self-ensemble. Stopping: against the best image of" +
      `\nthe same fit. Filling in: each way's best mean within ${budget} seconds, its setting known in hindsight; the control is the` +
      "\nsame diffusion from the image of least total variation or from interpolated pixels, which need no network. Seconds are of one" +
      "\ncore with another run beside it.",
  ].join("\n");
}

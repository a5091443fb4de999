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

/** The combined method on each set, beside its DDPM and the baselines; bold where it is the best of the row. */
export function denoisingLines(csv: string): string[] {
  const rows = readTable(csv, ["prior", "set", "sigma", "images", "psnrMean"]);
  // One image is no set.
  const combined = rows.filter((row) => row.prior === "ffdnet + bsd, adapted" && number(row, "images") > 1);
  if (combined.length === 0) throw new Error("exported table: got no row of the combined method");
  const show = (value: number) => `${value.toFixed(2)} dB`;
  return combined.map(({ set, sigma, images, psnrMean }) => {
    const at = (prior: string) => rows.find((row) => row.prior === prior && row.set === set && row.sigma === sigma);
    const psnrOf = (prior: string) => at(prior)?.psnrMean as number | undefined;
    const baselines = ["CBM3D", "ffdnet", "ffdnet ×8"].filter(at);
    const [own, ddpm] = [Number(psnrMean), psnrOf("bsd")];
    const isBest = ["bsd", ...baselines].every((prior) => own > (psnrOf(prior) ?? Number.NEGATIVE_INFINITY));
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

/** Per task, the first that is as good as the DDPM with its most evaluations: its quality and its seconds. */
export function accelerationLines(csv: string): string[] {
  const rows = readTable(csv, ["task", "method", "nfe", "psnrMean", "secondsTotal"]);
  const show = (row: Row | undefined) =>
    row ? `${number(row, "psnrMean").toFixed(1)} dB in ${number(row, "secondsTotal").toFixed(1)} s` : "not on the mean";
  const bySeconds = (a: Row, b: Row) => number(a, "secondsTotal") - number(b, "secondsTotal");
  // The noisy photo is itself a state of the diffusion: there is nothing to start sooner.
  const tasks = distinct(rows, "task").filter((task) => !String(task).startsWith("denoising"));
  return tasks.map((task) => {
    const of = (method: string) => rows.filter((row) => row.task === task && row.method === method);
    const alone = of("ddpm").sort((a, b) => number(b, "nfe") - number(a, "nfe"))[0];
    if (!alone) throw new Error(`exported table: got no row of the DDPM alone on ${task}`);
    const first = (...methods: string[]) =>
      methods
        .flatMap(of)
        .sort(bySeconds)
        .find((row) => number(row, "psnrMean") >= number(alone, "psnrMean"));
    const ways = [
      first("dip-start"),
      first("dip", "dip-other-input", "dip-usual"),
      first("ddpm"),
      first("start-spread", "start-blurred", "start-median", "start-given"),
    ];
    const [quickest] = ways.filter((row) => row !== undefined).sort(bySeconds);
    const cells = ways.map((row) => (row === quickest ? bold(show(row)) : show(row)));
    return line([`${task}, as good as ${alone.nfe} evaluations of the DDPM`, ...cells]);
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
      "\nthe same fit. Filling in, on five photos of 64x64: each way's first mean that is as good as the DDPM's with its most" +
      "\nevaluations; the control is the same diffusion from what is there without a network, most often the interpolated" +
      "\nobservation, at its best level in hindsight; the quickest is bold. Seconds are of one core with another run beside it.",
  ].join("\n");
}

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

/** How far the returned image is from the best of its trajectory, by the pair and by ES-WMV. */
export function stoppingLines(csv: string): string[] {
  const rows = readTable(csv, ["rule", "sigma", "gapMedianDb", "gap95Db"]);
  const gap = (row: Row) => `${number(row, "gapMedianDb").toFixed(2)} (${number(row, "gap95Db").toFixed(2)}) dB`;
  return distinct(rows, "sigma").map((sigma) =>
    line([
      `lost by stopping DIP, σ ${sigma}: median (95 %)`,
      bold(gap(pick(rows, { rule: "pair", sigma }))),
      `ES-WMV: ${gap(pick(rows, { rule: "es-wmv", sigma }))}`,
      "–",
      "–",
    ]),
  );
}

/** PSNR of the whole, with its interval, beside DIP that an oracle stops and the DDPM alone. */
function denoisingLine(title: string, rows: readonly Row[], fields: Row): string {
  const psnr = (method: string) => `${number(pick(rows, { method, ...fields }), "psnrMean").toFixed(2)} dB`;
  const whole = pick(rows, { method: "whole", ...fields });
  const interval = `${number(whole, "psnrLow").toFixed(1)} to ${number(whole, "psnrHigh").toFixed(1)}`;
  return line([title, `${bold(psnr("whole"))} (${interval})`, psnr("dip-oracle"), psnr("ddpm"), "–"]);
}

const denoisingColumns = ["method", "sigma", "imageSize", "psnrMean", "psnrLow", "psnrHigh"];

/** The three at each sigma, at the smaller size. */
export function denoisingLines(csv: string): string[] {
  const rows = readTable(csv, denoisingColumns);
  const smallest = Math.min(...rows.map((row) => number(row, "imageSize")));
  const small = rows.filter((row) => row.imageSize === smallest);
  return distinct(small, "sigma").map((sigma) => denoisingLine(`denoising, σ ${sigma}`, small, { sigma }));
}

/** The same on the second test set, which has one sigma and one size. */
export function secondSetLines(csv: string): string[] {
  const rows = readTable(csv, denoisingColumns);
  const { sigma, imageSize } = pick(rows, { method: "whole" });
  return [denoisingLine(`denoising, σ ${sigma}, Set14 at ${imageSize}x${imageSize}`, rows, {})];
}

/** The combined method on the crops of CBSD68, beside its DDPM and the baselines; bold where it is the best of the row. */
export function naturalLines(csv: string): string[] {
  const levels = [15, 25, 50];
  const rows = readTable(csv, ["prior", ...levels.map((sigma) => `psnr${sigma}`)]);
  const [combined] = rows.filter(({ prior }) => String(prior).endsWith(", adapted"));
  if (!combined) throw new Error("exported table: got no row of the combined method");
  return levels
    .filter((sigma) => typeof combined[`psnr${sigma}`] === "number")
    .map((sigma) => {
      const at = (prior: string) => number(pick(rows, { prior }), `psnr${sigma}`);
      const [own, ddpm, cbm3d, ffdnet] = [number(combined, `psnr${sigma}`), at("bsd"), at("CBM3D"), at("ffdnet")];
      const show = (value: number) => `${value.toFixed(2)} dB`;
      const cells = [own > Math.max(ddpm, cbm3d, ffdnet) ? bold(show(own)) : show(own), "–", show(ddpm)];
      return line([
        `denoising, σ ${sigma}, CBSD68 at 128x128`,
        ...cells,
        `CBM3D ${show(cbm3d)}, FFDNet ${show(ffdnet)}`,
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
      first("dip-start-and-errors"),
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
  stopping: string | undefined;
  restoration: string | undefined;
  secondSet: string | undefined;
  acceleration: string | undefined;
  natural: string | undefined;
}

/** The table of results for the README, in Markdown. */
export function formatResults({ stopping, restoration, secondSet, acceleration, natural }: ExportedTables): string {
  return [
    "| test photos | both together | DIP alone | DDPM alone | control |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...(natural ? naturalLines(natural) : []),
    ...(stopping ? stoppingLines(stopping) : []),
    ...(restoration ? denoisingLines(restoration) : []),
    ...(secondSet ? secondSetLines(secondSet) : []),
    ...(acceleration ? accelerationLines(acceleration) : []),
    "",
    "PSNR, means over test photos and seeds with their 95 % intervals; what is lost by stopping as median and 95th percentile. DIP" +
      "\nalone is stopped by an oracle that sees the clean photo where no rule is named. Of what is missing each way's first mean that" +
      "\nis as good as the DDPM's with its most evaluations; the control is the same diffusion from what is there without a network," +
      "\nmost often the interpolated observation, at its best level in hindsight; the quickest is bold. Seconds are of one core" +
      "\nwith another run beside it.",
  ].join("\n");
}

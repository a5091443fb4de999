import type { Cell } from "../figure";
import { bootstrapMean } from "../metrics";
import type { Evaluation } from "./evaluation";
import type { PhotoScores } from "./resultRecord";

type Way = keyof PhotoScores["scores"];

/** The ways, as a table calls them. */
export const wayNames: Record<Way, string> = {
  given: "as given",
  restored: "together",
  dip: "DIP alone",
  ddpm: "DDPM alone",
};

const ways = Object.keys(wayNames) as Way[];
const rivals: readonly Way[] = ["restored", "dip", "ddpm"];

function scoresOf({ photos }: Evaluation): PhotoScores["scores"][] {
  return photos.flatMap(({ result }) => (result ? [result.scores] : []));
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** Each score of each photo, a row a way. */
export function photoTable({ photos }: Evaluation): Record<string, Cell>[] {
  return photos.flatMap(({ photo, result }) =>
    result
      ? ways.map((way) => {
          const { psnr, ssim, seconds } = result.scores[way];
          return {
            ...{ photo: photo.name, way: wayNames[way] },
            ...{ psnr: round(psnr, 3), ssim: round(ssim, 4), seconds: round(seconds, 2) },
          };
        })
      : [],
  );
}

/**
 * Means over the photos with their 95 % bootstrap intervals, and of how many photos a way has the best PSNR of the three.
 * Empty where no photo was finished.
 */
export function evaluationTable(evaluation: Evaluation): Record<string, Cell>[] {
  const all = scoresOf(evaluation);
  if (all.length === 0) return [];
  return ways.map((way) => {
    const of = (name: "psnr" | "ssim" | "seconds", digits: number) => {
      const { mean, low, high } = bootstrapMean(all.map((scores) => scores[way][name]));
      return { [name]: round(mean, digits), [`${name}Low`]: round(low, digits), [`${name}High`]: round(high, digits) };
    };
    const won = all.filter((scores) => rivals.every((other) => scores[way].psnr >= scores[other].psnr)).length;
    return {
      way: wayNames[way],
      photos: all.length,
      ...of("psnr", 2),
      ...of("ssim", 3),
      ...of("seconds", 1),
      wins: rivals.includes(way) ? won : "",
    };
  });
}

/** What the combination gains over each alone, photo by photo: PSNR in dB, its interval, and the photos won. */
export function gainTable(evaluation: Evaluation): Record<string, Cell>[] {
  const all = scoresOf(evaluation);
  if (all.length === 0) return [];
  return (["given", "dip", "ddpm"] as const).map((way) => {
    const gains = all.map((scores) => scores.restored.psnr - scores[way].psnr);
    const { mean, low, high } = bootstrapMean(gains);
    return {
      over: wayNames[way],
      ...{ gain: round(mean, 2), gainLow: round(low, 2), gainHigh: round(high, 2) },
      won: `${gains.filter((gain) => gain > 0).length} of ${gains.length}`,
    };
  });
}

const titles: Record<string, string> = {
  psnr: "PSNR, dB",
  ssim: "SSIM",
  seconds: "seconds",
  wins: "best of three",
  over: "together over",
  gain: "gain, dB",
};

const digits: Record<string, number> = { psnr: 2, ssim: 3, seconds: 1, gain: 2 };

/** Rows as a Markdown table; a value and the ends of its interval, named Low and High, go into one column. */
export function toMarkdown(rows: Record<string, Cell>[]): string {
  const keys = Object.keys(rows[0] ?? {}).filter((key) => !/(Low|High)$/.test(key));
  const cell = (row: Record<string, Cell>, key: string) => {
    const show = (value: Cell | undefined) =>
      typeof value === "number" && key in digits ? value.toFixed(digits[key]) : String(value ?? "");
    const [value, low, high] = [row[key], row[`${key}Low`], row[`${key}High`]];
    return low === undefined ? show(value) : `${show(value)} (${show(low)} to ${show(high)})`;
  };
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rule = keys.map((key) => (typeof rows[0]?.[key] === "number" ? "---:" : "---"));
  return [
    line(keys.map((key) => titles[key] ?? key)),
    line(rule),
    ...rows.map((row) => line(keys.map((key) => cell(row, key)))),
  ].join("\n");
}

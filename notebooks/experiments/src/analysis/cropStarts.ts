import { colours } from "ddpm-dip/figure";
import { mean } from "simple-statistics";
import { descentsOf } from "../warmStart";
import type { LineStyle } from "./acceleration";
import type { Row } from "./frames";
import { groupBy } from "./groupBy";
import { type Restoration, titleOf } from "./restorations";
import type { StartTrial } from "./startTrials";

/**
 * How well the held-out values speak for DIP's image of noise: a row a task, with the geometric mean over images and iterations of the
 * estimated over the true mean squared error, the least and the greatest.
 */
export function riskRatios(trials: readonly StartTrial[]): Row[] {
  const own = trials.filter(({ spec: { prior } }) => prior.kind === "dip" && !prior.guess);
  return [...groupBy(own, ({ spec }) => titleOf(spec.task))].map(([task, some]) => {
    const ratios = some.flatMap(({ spec: { prior }, metrics }) =>
      (prior.kind === "dip" ? prior.durations : []).map((duration) => {
        const [risk, error] = [metrics[`prior${duration}.risk`], metrics[`prior${duration}.error`]];
        return (risk ?? Number.NaN) / (error ?? Number.NaN);
      }),
    );
    const ratio = Math.exp(mean(ratios.map(Math.log)));
    return { task, ratio, least: Math.min(...ratios), greatest: Math.max(...ratios) };
  });
}

/**
 * DIP's input and its weight in the noise estimate: a row a choice, with the mean PSNR of each task after the longest fit that all have,
 * "–" where there is nothing to interpolate.
 */
export function cropChoices(trials: readonly StartTrial[]): Row[] {
  const rows = trials.flatMap((trial) =>
    descentsOf([trial]).map((row) => ({ ...row, task: titleOf(row.task), isWeighed: row.guidance.kind === "errors" })),
  );
  const guided = rows.filter(({ guess }) => guess !== "");
  const duration = Math.max(...(guided.length > 0 ? guided : rows).map((row) => row.duration));
  const tasks = [...groupBy(rows, ({ task }) => task).keys()];
  return ["", "input"].flatMap((guess) =>
    [false, true].flatMap((isWeighed) => {
      const own = rows.filter((row) => row.guess === guess && row.isWeighed === isWeighed && row.duration === duration);
      if (own.length === 0) return [];
      const byTask = tasks.map((task) => {
        const there = own.filter((row) => row.task === task).map(({ psnr }) => psnr);
        return [task, there.length > 0 ? mean(there) : "–"];
      });
      const input = guess === "" ? "noise" : "interpolated observation";
      return [{ input, weight: isWeighed ? "by the errors" : "none", ...Object.fromEntries(byTask) }];
    }),
  );
}

/** How quality against seconds is drawn on crops. @param counts evaluations after DIP, a line each. */
export function cropStyles(counts: readonly number[]): LineStyle[] {
  const of =
    (...methods: string[]) =>
    (row: Restoration) =>
      methods.includes(row.method);
  const isFit = (row: Restoration) => row.method === "dip" && row.dipIterations >= 20;
  const grey = { points: "too", colour: colours.noisy } as const;
  return [
    { name: "DIP alone", colour: colours.dip, isPoint: isFit },
    { name: "DDPM alone", colour: colours.ddpm, points: "too", isPoint: of("ddpm") },
    ...counts.map((nfe, i): LineStyle => {
      const isPoint = (row: Restoration) => row.method === "dip-start" && row.nfe === nfe;
      return { name: `DIP, then ${nfe}`, colour: colours.split, points: "too", isPoint, ...(i > 0 && { dash: "dot" }) };
    }),
    {
      ...grey,
      name: "least variation, then DDPM",
      colour: colours.windowedVariance,
      isPoint: of("only-variation", "start-variation"),
    },
    { ...grey, name: "interpolated, then DDPM", dash: "dot", isPoint: of("only-spread", "start-spread") },
  ];
}

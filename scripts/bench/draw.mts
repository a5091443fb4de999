import { figure } from "ddpm-dip";
import type { MeasuredRow } from "./measure.mjs";
import { rows } from "./rows.mjs";

const { colours, showFigure } = figure;

/** Draws each row's times as shares of PyTorch's, for the README. */
export async function drawBenchmark(measured: readonly MeasuredRow[]): Promise<void> {
  const titles = measured.map(({ id }) => rows.find((row) => row.id === id)?.title ?? id);
  const series = [
    { name: "stock tfjs", key: "tfjsEagerMs", colour: colours.noisy },
    { name: "PyTorch compiled", key: "torchCompileMs", colour: colours.light },
    { name: "this engine", key: "engineMs", colour: colours.split },
  ] as const;
  await showFigure({
    id: "engine-benchmark",
    caption: "Speed of one step, PyTorch eager being 1.",
    data: series.map(({ name, key, colour }) => ({
      type: "bar",
      orientation: "h",
      name,
      y: titles,
      x: measured.map((row) => (row.torchEagerMs ?? Number.NaN) / (row[key] ?? Number.NaN)),
      marker: { color: colour },
      texttemplate: "%{x:.2f}",
      textposition: "outside",
      cliponaxis: false,
    })),
    layout: {
      barmode: "group",
      height: 90 + 62 * measured.length,
      xaxis: { title: { text: "steps in the time of one of PyTorch eager (more is faster)" }, rangemode: "tozero" },
      yaxis: { autorange: "reversed", showgrid: false },
      legend: { orientation: "h", x: 0, y: 1.01, yanchor: "bottom", traceorder: "normal" },
      shapes: [
        {
          ...{ type: "line", layer: "below", line: { color: "#000000", width: 1, dash: "dot" } },
          ...{ x0: 1, x1: 1, yref: "paper", y0: 0, y1: 1 },
        },
      ],
    },
  });
}

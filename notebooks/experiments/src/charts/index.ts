import { type AxisOptions, axis, type Chart, panelGrid, panelTitle, suffix } from "./panels";

export { diagram } from "./diagram";
export type { Chart } from "./panels";

export interface Line {
  name: string;
  x: number[];
  y: number[];
  colour: string;
  dash?: "solid" | "dash" | "dot";
  band?: { low: number[]; high: number[] };
  /** Points on it, and no line where "only". */
  points?: "too" | "only";
  /** Of the panel in which it stands, from the left and from the top; 0 where left out. */
  panel?: number;
  hidden?: boolean;
}

/**
 * Lines over one axis each, with bands where they have one.
 * @param panels the titles of panels; one panel without a title where left out. @param columns panels side by side, all where left out.
 * @param height of one row of panels with its legend, pixels. @param mark where every panel has a dashed line, in units of x.
 */
export function lines(
  all: readonly Line[],
  {
    x,
    y,
    panels = [""],
    columns = panels.length,
    height = 360,
    mark,
  }: {
    /** Its title is that of all panels, or there is one a panel. */
    x: Omit<AxisOptions, "title"> & { title: string | readonly string[] };
    y: AxisOptions;
    panels?: string[];
    columns?: number;
    height?: number;
    mark?: number;
  },
): Chart {
  const data = all.flatMap((line) => {
    const { name, x, y, colour, dash = "solid", band, points, panel = 0, hidden = false } = line;
    const on = { xaxis: `x${suffix(panel)}`, yaxis: `y${suffix(panel)}` };
    const mode = points === "only" ? "markers" : points ? "lines+markers" : "lines";
    const shape = { type: "scatter", mode, name, x, y, line: { color: colour, dash, width: 2 }, ...on };
    const around = (first: number[], back: number[]) => [...first, ...[...back].reverse()];
    const filled = band && {
      ...{ type: "scatter", mode: "lines", x: around(x, x), y: around(band.high, band.low) },
      ...{ fill: "toself", fillcolor: `${colour}33`, line: { width: 0 }, hoverinfo: "skip", showlegend: false, ...on },
    };
    return [
      ...(filled ? [filled] : []),
      { ...shape, marker: { color: colour, size: panels.length > 4 ? 5 : 7 }, showlegend: !hidden },
    ];
  });
  const places = panelGrid(panels.length, columns);
  const titleAt = (panel: number, isLowest: boolean) =>
    typeof x.title === "string" ? (isLowest ? x.title : "") : (x.title[panel] ?? "");
  const axes = places.flatMap((place, i): [string, object][] => [
    [
      `xaxis${suffix(i)}`,
      { ...axis({ ...x, title: titleAt(i, place.isLowest) }), domain: place.x, anchor: `y${suffix(i)}` },
    ],
    [
      `yaxis${suffix(i)}`,
      { ...axis(place.isFirst ? y : { ...y, title: "" }), domain: place.y, anchor: `x${suffix(i)}` },
    ],
  ]);
  const titled = panels.length > 1;
  const annotations = titled ? panels.map((text, i) => panelTitle(text, i)) : [];
  const rows = Math.ceil(panels.length / columns);
  const total = height + (rows - 1) * (height - 100);
  const legend = { orientation: "h", x: 0, y: titled ? 1 + 28 / (total - 80) : 1.02, yanchor: "bottom" };
  const shapes = mark === undefined ? [] : places.map((_, i) => markAt(mark, `y${suffix(i)} domain`, `x${suffix(i)}`));
  return { data, layout: { height: total, ...Object.fromEntries(axes), annotations, legend, shapes } };
}

/** A dashed line across, at a value of x. */
const markAt = (x: number, yref = "paper", xref = "x") => ({
  ...{ type: "line", xref, yref, x0: x, x1: x, y0: 0, y1: 1, line: { color: "#8C8C8C", dash: "dash", width: 1.5 } },
});

/** Distributions one below the other, every value a dot, in the order given from the top. */
export function distributions(
  groups: readonly { name: string; values: number[]; colour: string }[],
  { x, mark }: { x: AxisOptions; mark?: number },
): Chart {
  const data = [...groups].reverse().map(({ name, values, colour }) => ({
    ...{ type: "box", name, x: values, boxpoints: "all", jitter: 0.6, pointpos: 0, fillcolor: "rgba(0,0,0,0)" },
    ...{ marker: { size: 4, color: colour, opacity: 0.7 }, line: { width: 1.2, color: colour } },
  }));
  const shapes = mark === undefined ? [] : [markAt(mark)];
  return { data, layout: { height: 28 * groups.length + 90, showlegend: false, xaxis: axis(x), shapes } };
}

export interface Interval {
  name: string;
  mean: number;
  low: number;
  high: number;
  colour: string;
}

/** Means with their intervals one below the other, in the order given from the top, and a line at 0. */
export function intervals(rows: readonly Interval[], { x }: { x: AxisOptions }): Chart {
  const down = [...rows].reverse();
  const data = down.map(({ name, mean, low, high, colour }) => {
    const ends = { type: "data", symmetric: false, array: [high - mean], arrayminus: [mean - low] };
    const point = { type: "scatter", mode: "markers", y: [name], x: [mean], marker: { size: 8, color: colour } };
    return { ...point, showlegend: false, error_x: { ...ends, color: colour, width: 0 } };
  });
  const yaxis = { type: "category", categoryorder: "array", categoryarray: down.map(({ name }) => name) };
  return { data, layout: { height: 22 * rows.length + 90, xaxis: axis(x), yaxis, shapes: [markAt(0)] } };
}

/** What `figure.showFigure` draws, without its name: traces and layout of plotly.js. */
export interface Chart {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

interface AxisOptions {
  /** With its unit. */
  title: string;
  log?: boolean;
  ticks?: number[];
  range?: [number, number];
}

/** One line of a chart. */
export interface Line {
  name: string;
  x: number[];
  y: number[];
  colour: string;
  dash?: "solid" | "dash" | "dot";
  /** A band around it. */
  band?: { low: number[]; high: number[] };
  /** Points on it, and no line where "only". */
  points?: "too" | "only";
  /** Of the panel in which it stands, from the left; 0 where left out. */
  panel?: number;
  hidden?: boolean;
}

function axis({ title, log, ticks, range }: AxisOptions) {
  return {
    title: { text: title, standoff: 6 },
    ...(log && { type: "log" }),
    ...(ticks && { tickvals: ticks, ticktext: ticks.map(String) }),
    ...(range && { range: log ? range.map(Math.log10) : range }),
  };
}

const suffix = (panel: number) => (panel === 0 ? "" : String(panel + 1));

/**
 * Lines over one axis each, with bands where they have one.
 * @param panels the titles of panels side by side; one panel without a title where left out.
 */
export function lines(
  all: readonly Line[],
  { x, y, panels = [""], height = 360 }: { x: AxisOptions; y: AxisOptions; panels?: string[]; height?: number },
): Chart {
  const width = (1 - 0.08 * (panels.length - 1)) / panels.length;
  const data = all.flatMap(({ name, x, y, colour, dash = "solid", band, points, panel = 0, hidden = false }) => {
    const on = { xaxis: `x${suffix(panel)}`, yaxis: `y${suffix(panel)}` };
    const mode = points === "only" ? "markers" : points ? "lines+markers" : "lines";
    const shape = { type: "scatter", mode, name, x, y, line: { color: colour, dash, width: 2 }, ...on };
    const filled = band && {
      ...{
        type: "scatter",
        mode: "lines",
        x: [...x, ...[...x].reverse()],
        y: [...band.high, ...[...band.low].reverse()],
      },
      ...{ fill: "toself", fillcolor: `${colour}33`, line: { width: 0 }, hoverinfo: "skip", showlegend: false, ...on },
    };
    return [...(filled ? [filled] : []), { ...shape, marker: { color: colour, size: 7 }, showlegend: !hidden }];
  });
  const axes = panels.flatMap((_, i): [string, object][] => {
    const start = i * (width + 0.08);
    return [
      [`xaxis${suffix(i)}`, { ...axis(x), domain: [start, start + width], anchor: `y${suffix(i)}` }],
      [`yaxis${suffix(i)}`, { ...axis(i === 0 ? y : { ...y, title: "" }), anchor: `x${suffix(i)}` }],
    ];
  });
  const titled = panels.length > 1;
  const annotations = titled ? panels.map((text, i) => panelTitle(text, i)) : [];
  const legend = { orientation: "h", x: 0, y: titled ? 1.1 : 1.02, yanchor: "bottom" };
  return { data, layout: { height, ...Object.fromEntries(axes), annotations, legend } };
}

function panelTitle(text: string, panel: number) {
  const at = { xref: `x${suffix(panel)} domain`, yref: "paper", x: 0.5, y: 1.01, yanchor: "bottom" };
  return { text: `<b>${text}</b>`, showarrow: false, ...at, font: { size: 12 } };
}

/** Distributions one below the other, every value a dot, in the order given from the top. */
export function distributions(
  groups: readonly { name: string; values: number[]; colour: string }[],
  { x, mark }: { x: AxisOptions; mark?: number },
): Chart {
  const data = [...groups].reverse().map(({ name, values, colour }) => ({
    ...{ type: "box", name, x: values, boxpoints: "all", jitter: 0.6, pointpos: 0, fillcolor: "rgba(0,0,0,0)" },
    ...{ marker: { size: 4, color: colour, opacity: 0.7 }, line: { width: 1.2, color: colour } },
  }));
  const line = { color: "#8C8C8C", dash: "dash" };
  const shapes = mark === undefined ? [] : [{ type: "line", yref: "paper", y0: 0, y1: 1, x0: mark, x1: mark, line }];
  return { data, layout: { height: 28 * groups.length + 90, showlegend: false, xaxis: axis(x), shapes } };
}

/** One mean with its interval. */
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
  const data = down.map(({ name, mean, low, high, colour }) => ({
    ...{
      type: "scatter",
      mode: "markers",
      y: [name],
      x: [mean],
      marker: { size: 8, color: colour },
      showlegend: false,
    },
    error_x: {
      type: "data",
      symmetric: false,
      array: [high - mean],
      arrayminus: [mean - low],
      color: colour,
      width: 0,
    },
  }));
  const zero = { type: "line", yref: "paper", y0: 0, y1: 1, x0: 0, x1: 0, line: { color: "#8C8C8C", dash: "dash" } };
  const yaxis = { type: "category", categoryorder: "array", categoryarray: down.map(({ name }) => name) };
  return { data, layout: { height: 22 * rows.length + 90, xaxis: axis(x), yaxis, shapes: [zero] } };
}

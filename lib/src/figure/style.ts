/** Colours that stay apart for colour-blind readers (Okabe & Ito 2008); a method has the same one everywhere. */
export const colours = {
  oracle: "#000000",
  dip: "#D55E00",
  split: "#009E73",
  ddpm: "#0072B2",
  noisy: "#8C8C8C",
  windowedVariance: "#CC79A7",
  accent: "#E69F00",
  light: "#56B4E9",
} as const;

/** The one typeface of figures and report. */
export const fontFamily = "Open Sans";

/** Width of a figure as it is drawn and printed, pixels. */
export const figureWidth = 760;

const axis = {
  showgrid: true,
  gridcolor: "#E6E6E6",
  zeroline: false,
  linecolor: "#444444",
  ticks: "outside",
  tickcolor: "#444444",
  automargin: true,
};

type Layout = Record<string, unknown>;

/** The house layout with a figure's own settings laid over it; every axis of the figure gets the house axis. */
export function completeLayout(layout: Layout): Layout {
  const axes = new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))]);
  const styled = [...axes].map((name) => [name, { ...axis, ...(layout[name] as Layout | undefined) }]);
  return {
    width: figureWidth,
    height: 400,
    margin: { l: 64, r: 16, t: 24, b: 56 },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    font: { family: fontFamily, size: 13, color: "#222222" },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    ...layout,
    ...Object.fromEntries(styled),
  };
}

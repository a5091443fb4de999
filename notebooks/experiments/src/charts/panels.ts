/** What `figure.showFigure` draws, without its name: traces and layout of plotly.js. */
export interface Chart {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

export interface AxisOptions {
  title: string;
  log?: boolean;
  ticks?: number[];
}

/** An axis as plotly.js has it. */
export function axis({ title, log, ticks }: AxisOptions) {
  return {
    title: { text: title, standoff: 6 },
    ...(log && { type: "log" }),
    ...(ticks && { tickvals: ticks, ticktext: ticks.map(String) }),
  };
}

/** Ending of the names of a panel's axes. */
export const suffix = (panel: number) => (panel === 0 ? "" : String(panel + 1));

/** Places of panels, rows from the top: what share of the width and height each axis has. */
export function panelGrid(count: number, columns: number) {
  const rows = Math.ceil(count / columns);
  const [gapX, gapY] = [0.08, 0.18];
  const [width, height] = [(1 - gapX * (columns - 1)) / columns, (1 - gapY * (rows - 1)) / rows];
  return Array.from({ length: count }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [column * (width + gapX), 1 - row * (height + gapY)];
    return {
      ...{ x: [left, left + width], y: [Math.max(0, top - height), top] },
      ...{ isFirst: column === 0, isLowest: i + columns >= count },
    };
  });
}

export function panelTitle(text: string, panel: number) {
  const at = { xref: `x${suffix(panel)} domain`, yref: `y${suffix(panel)} domain`, x: 0.5, y: 1.01, yanchor: "bottom" };
  return { text: `<b>${text}</b>`, showarrow: false, ...at, font: { size: 12 } };
}

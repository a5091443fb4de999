import { type AxisOptions, axis, type Chart, panelGrid, panelTitle, suffix } from "./panels";

/** Numbers over two axes of categories. */
export interface HeatMap {
  title: string;
  x: number[];
  y: number[];
  values: number[][];
  marks?: string[];
}

/** Tables of numbers as colours, side by side, each number printed in its field. */
export function heatMaps(maps: readonly HeatMap[], { x, y }: { x: AxisOptions; y: AxisOptions }): Chart {
  const places = panelGrid(maps.length, maps.length);
  const data = maps.map(({ x, y, values }, i) => {
    const on = { x: x.map(String), xaxis: `x${suffix(i)}`, yaxis: `y${suffix(i)}` };
    const text = values.map((row) => row.map((value) => value.toFixed(1)));
    const map = { type: "heatmap", ...on, y: y.map(String), z: values, text, texttemplate: "%{text}" };
    return { ...map, colorscale: "Cividis", showscale: false };
  });
  const axes = places.flatMap((place, i): [string, object][] => {
    const category = { type: "category", showgrid: false };
    return [
      [`xaxis${suffix(i)}`, { ...axis(x), ...category, domain: place.x, anchor: `y${suffix(i)}` }],
      [`yaxis${suffix(i)}`, { ...axis(i === 0 ? y : { ...y, title: "" }), ...category, anchor: `x${suffix(i)}` }],
    ];
  });
  const annotations = maps.flatMap(({ title, marks = [] }, i) => {
    const above = { xref: `x${suffix(i)}`, yref: `y${suffix(i)} domain`, y: 1.01, yanchor: "bottom", showarrow: false };
    // Of an axis of categories a position is an index.
    const own = marks.map((text, k) => ({ ...above, text, x: k, font: { size: 11 } }));
    return [{ ...panelTitle(title, i), y: 1.1 }, ...own];
  });
  return {
    data,
    layout: { height: 340, margin: { l: 64, r: 16, t: 70, b: 56 }, ...Object.fromEntries(axes), annotations },
  };
}

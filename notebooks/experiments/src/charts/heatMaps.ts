import { type AxisOptions, axis, type Chart, panelGrid, panelTitle, suffix } from "./panels";

/** Numbers over two axes of categories. */
export interface HeatMap {
  title: string;
  x: number[];
  y: number[];
  /** A row a value of y. */
  values: number[][];
  /** Printed above each column. */
  marks?: string[];
}

/** Tables of numbers as colours, side by side, each number printed in its field. */
export function heatMaps(maps: readonly HeatMap[], { x, y }: { x: AxisOptions; y: AxisOptions }): Chart {
  const places = panelGrid(maps.length, maps.length);
  const data = maps.flatMap(({ x, y, values, marks }, i) => {
    const on = { x: x.map(String), xaxis: `x${suffix(i)}`, yaxis: `y${suffix(i)}` };
    const text = values.map((row) => row.map((value) => value.toFixed(1)));
    const map = { type: "heatmap", ...on, y: y.map(String), z: values, text, texttemplate: "%{text}" };
    const above = { type: "scatter", mode: "text", ...on, y: x.map(() => String(y[y.length - 1])), text: marks };
    const style = { textposition: "top center", cliponaxis: false, showlegend: false, hoverinfo: "skip" };
    const colours = { colorscale: "Cividis", showscale: false };
    return [{ ...map, ...colours }, ...(marks ? [{ ...above, ...style, textfont: { size: 11 } }] : [])];
  });
  const axes = places.flatMap((place, i): [string, object][] => {
    const category = { type: "category", showgrid: false };
    return [
      [`xaxis${suffix(i)}`, { ...axis(x), ...category, domain: place.x, anchor: `y${suffix(i)}` }],
      [`yaxis${suffix(i)}`, { ...axis(i === 0 ? y : { ...y, title: "" }), ...category, anchor: `x${suffix(i)}` }],
    ];
  });
  const annotations = maps.map(({ title }, i) => ({ ...panelTitle(title, i), y: 1.12 }));
  return {
    data,
    layout: { height: 340, margin: { l: 64, r: 16, t: 70, b: 56 }, ...Object.fromEntries(axes), annotations },
  };
}

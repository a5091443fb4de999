import type { Chart } from "./panels";

/** A box of a diagram; its middle in steps of the grid, from the left and from the top. */
export interface Box {
  text: string;
  column: number;
  row: number;
  /** Of its border and, paler, of its ground. */
  colour: string;
}

/** An arrow from a box to another, by their places in the list. */
export interface Arrow {
  from: number;
  to: number;
}

/** Width and height of a box, and what a step of the grid is, pixels. */
const box = { width: 130, height: 50 };
const step = { x: 156, y: 74 };

export function diagram(boxes: readonly Box[], arrows: readonly Arrow[]): Chart {
  const columns = 1 + Math.max(...boxes.map(({ column }) => column));
  const rows = 1 + Math.max(...boxes.map(({ row }) => row));
  const at = ({ column, row }: Box) => ({ x: (column + 0.5) * step.x, y: (rows - row - 0.5) * step.y });
  const shapes = boxes.map((one) => {
    const { x, y } = at(one);
    const [left, low] = [x - box.width / 2, y - box.height / 2];
    return {
      ...{ type: "rect", x0: left, x1: left + box.width, y0: low, y1: low + box.height },
      ...{ line: { color: one.colour, width: 1.5 }, fillcolor: `${one.colour}14` },
    };
  });
  const words = boxes.map((one) => ({
    ...{ ...at(one), text: one.text, showarrow: false, align: "center", font: { size: 11.5 } },
  }));
  const lines = arrows.map(({ from, to }) => {
    const [start, end] = [boxes[from], boxes[to]];
    if (!start || !end) throw new RangeError(`arrow: got ${from} to ${to} among ${boxes.length} boxes`);
    const ends = edgeToEdge(at(start), at(end));
    return {
      ...{ x: ends.to.x, y: ends.to.y, ax: ends.from.x, ay: ends.from.y, axref: "x", ayref: "y" },
      ...{ text: "", showarrow: true, arrowhead: 2, arrowsize: 1, arrowwidth: 1.3, arrowcolor: "#444444" },
    };
  });
  const hidden = { visible: false, fixedrange: true };
  const nothing = { type: "scatter", mode: "markers", x: [0], y: [0], marker: { opacity: 0 } };
  return {
    data: [{ ...nothing, hoverinfo: "skip", showlegend: false }],
    layout: {
      ...{ height: rows * step.y + 8, margin: { l: 0, r: 0, t: 4, b: 4 }, shapes, annotations: [...lines, ...words] },
      ...{ xaxis: { ...hidden, range: [0, columns * step.x] }, yaxis: { ...hidden, range: [0, rows * step.y] } },
    },
  };
}

interface Point {
  x: number;
  y: number;
}

/** Where the line between the middles of two boxes leaves the first and meets the second. */
function edgeToEdge(from: Point, to: Point): { from: Point; to: Point } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = Math.min(box.width / 2 / Math.abs(dx || 1e-9), box.height / 2 / Math.abs(dy || 1e-9));
  const cut = (point: Point, sign: number) => ({ x: point.x + sign * share * dx, y: point.y + sign * share * dy });
  return { from: cut(from, 1), to: cut(to, -1) };
}

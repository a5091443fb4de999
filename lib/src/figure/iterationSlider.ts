import { type Named, showFigure } from "./show";
import { colours, figureWidth } from "./style";

/** A curve over the iterations, and the image at some of them. */
export interface IterationSlider extends Named {
  curve: { iteration: number[]; value: number[] };
  /** What the curve shows, with its unit. */
  title: string;
  /** Square PNG images as data URIs, and the iteration of each. */
  images: { iteration: number; source: string }[];
  /** The iteration that the slider, and the printed picture, starts at: one of the images'. */
  start: number;
}

const side = 300;
const height = 380;

/**
 * Shows a curve with the image beside it and a slider through the iterations; the picture for print shows the start.
 * @throws RangeError when there is no image of the start or the curve has no value at an image's iteration.
 */
export async function showIterationSlider({
  id,
  caption,
  curve,
  title,
  images,
  start,
}: IterationSlider): Promise<void> {
  const valueAt = (iteration: number): number => {
    const value = curve.value[curve.iteration.indexOf(iteration)];
    if (value === undefined) throw new RangeError(`slider "${id}": the curve has no value at iteration ${iteration}`);
    return value;
  };
  const active = images.findIndex(({ iteration }) => iteration === start);
  const first = images[active];
  if (!first) throw new RangeError(`slider "${id}": got no image of iteration ${start}`);
  const left = 1 - side / (figureWidth - 80);
  const label = (iteration: number) => `iteration ${iteration}: ${valueAt(iteration).toFixed(1)}`;
  await showFigure({
    id,
    caption,
    data: [
      { type: "scatter", mode: "lines", x: curve.iteration, y: curve.value, line: { color: colours.dip, width: 2 } },
      {
        type: "scatter",
        mode: "markers",
        x: [start],
        y: [valueAt(start)],
        marker: { color: colours.oracle, size: 11 },
        hoverinfo: "skip",
      },
    ],
    layout: {
      height: height + 70,
      margin: { l: 64, r: 16, t: 28, b: 110 },
      showlegend: false,
      xaxis: { title: { text: "iteration" }, domain: [0, left - 0.04] },
      yaxis: { title: { text: title } },
      images: [
        {
          source: first.source,
          xref: "paper",
          yref: "paper",
          x: left,
          y: 1,
          sizex: 1 - left,
          sizey: 1,
          yanchor: "top",
        },
      ],
      annotations: [
        {
          text: label(start),
          xref: "paper",
          yref: "paper",
          x: (1 + left) / 2,
          y: 1,
          yanchor: "bottom",
          showarrow: false,
        },
      ],
      sliders: [
        {
          active,
          pad: { t: 44 },
          currentvalue: { visible: false },
          steps: images.map(({ iteration, source }) => ({
            label: String(iteration),
            method: "update",
            args: [
              { x: [[iteration]], y: [[valueAt(iteration)]] },
              { "images[0].source": source, "annotations[0].text": label(iteration) },
              [1],
            ],
          })),
        },
      ],
    },
  });
}

import { colours } from "ddpm-dip/figure";
import type { LineStyle } from "./acceleration";
import type { Restoration } from "./restorations";

/** What the controls start from, as tables name it. */
const controls: Record<string, string> = {
  spread: "interpolated",
  blurred: "blurred",
  median: "median-filtered",
  given: "degraded",
  variation: "least variation",
};

/** The title of a control, by the method's name. @throws RangeError for another method. */
export function controlTitle(method: string): string {
  const title = controls[method.replace(/^(start|only)-/, "")];
  if (title === undefined) throw new RangeError(`control: got "${method}", want one of ${Object.keys(controls)}`);
  return title;
}

/** First iteration at which DIP alone is drawn: before it there is no image yet. */
const firstDrawn = 20;

const isFit = (methods: readonly string[], input: Restoration["dipInput"]) => (row: Restoration) =>
  methods.includes(row.method) && row.dipInput === input && row.dipIterations >= firstDrawn;

/** The control's own line: as it is, then with the evaluations that it has. */
const isStartOf = (control: string) => (row: Restoration) =>
  /^(start|only)-/.test(row.method) && row.method.endsWith(control);

/** How quality against seconds is drawn. @param nfe evaluations of the chosen method. */
export function startStyles(nfe: number): LineStyle[] {
  const isChosen = (row: Restoration) => row.method === "dip-start" && row.nfe === nfe;
  const grey = { colour: colours.noisy, points: "too", dash: "dot" } as const;
  const nameOf = (control: string) => `${controlTitle(control)}, then DDPM`;
  const fits = ["dip", "dip-other-input"];
  return [
    { name: "DIP, interpolated input", colour: colours.dip, isPoint: isFit(fits, "interpolated") },
    { name: "DIP, noise input", colour: colours.dip, dash: "dash", isPoint: isFit(fits, "noise") },
    { name: "DIP, long-fit settings", colour: colours.dip, dash: "dot", isPoint: isFit(["dip-usual"], "noise") },
    { name: "DDPM alone", colour: colours.ddpm, points: "too", isPoint: ({ method }) => method === "ddpm" },
    { name: "DIP, then DDPM", colour: colours.split, points: "too", isPoint: isChosen },
    { ...grey, name: nameOf("spread"), colour: colours.windowedVariance, dash: "solid", isPoint: isStartOf("spread") },
    { ...grey, name: nameOf("blurred"), symbol: "square-open", isPoint: isStartOf("blurred") },
    { ...grey, name: nameOf("median"), symbol: "x", isPoint: isStartOf("median") },
    { ...grey, name: nameOf("given"), symbol: "diamond-open", isPoint: isStartOf("given") },
  ];
}

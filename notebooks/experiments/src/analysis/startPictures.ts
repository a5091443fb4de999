import type { GridImage } from "ddpm-dip/figure";
import type { Line } from "../charts";
import type { SpecOf, TrialRecord } from "../spec";
import { descentsOf } from "../warmStart";
import { distinctNumbers } from "./groupBy";
import type { Restoration } from "./restorations";
import { type StartTrial, same } from "./startTrials";

/** A picture that a trial keeps, with the PSNR of a metric above it. @throws RangeError when the trial has not kept it. */
function pictureOf({ key, images, metrics }: TrialRecord, name: string, psnr?: number): GridImage {
  const source = images[name];
  if (source === undefined) throw new RangeError(`picture: got "${name}", which ${key} has not kept`);
  const label = psnr ?? metrics[`${name}.psnr`];
  return { source, ...(label !== undefined && { label: label.toFixed(1) }) };
}

/** DIP's image at each of these iterations, with its PSNR. */
function dipPictures(trial: StartTrial, durations: readonly number[]): GridImage[] {
  return durations.map((duration) => pictureOf(trial, `prior${duration}`));
}

/** What the reverse diffusion makes of DIP's image at each of these iterations, by the trial's first start, number and weights. */
function restoredPictures(trial: StartTrial, durations: readonly number[]): GridImage[] {
  const rows = descentsOf([trial]);
  return durations.map((duration) =>
    pictureOf(trial, `restored${duration}`, rows.find((row) => row.duration === duration)?.psnr),
  );
}

/** The image without degradation, for display only. */
const cleanPicture = (trial: StartTrial): GridImage => ({ ...pictureOf(trial, "clean"), label: "clean" });

/** The process on one image: DIP's images with either input, the degraded and the clean image beside them, and what the diffusion makes of the second row. */
export function processRows(
  { interpolated, fromNoise }: { interpolated: StartTrial; fromNoise: StartTrial },
  durations: readonly number[],
): { name: string; images: GridImage[] }[] {
  return [
    { name: "noise", images: [...dipPictures(fromNoise, durations), pictureOf(fromNoise, "plain")] },
    { name: "interpolated", images: [...dipPictures(interpolated, durations), cleanPicture(interpolated)] },
    { name: "restored", images: restoredPictures(interpolated, durations) },
  ];
}

/** A row of the gallery: degraded, DDPM alone, DIP, DIP and then the DDPM, clean. @param duration iterations of DIP. */
export function galleryRow(
  trial: StartTrial,
  alone: readonly TrialRecord<SpecOf<"ddpm-restore">>[],
  duration: number,
): GridImage[] {
  const { image, task } = trial.spec;
  const other = alone.find(({ spec }) => spec.image.name === image.name && same(spec.task, task));
  return [
    pictureOf(trial, "plain"),
    ...(other ? [pictureOf(other, "restored")] : []),
    ...[...dipPictures(trial, [duration]), ...restoredPictures(trial, [duration]), cleanPicture(trial)],
  ];
}

/** One image watched: from DIP's point at each duration the quality that 1, 5, … evaluations make of it, against seconds in all; a line a duration. */
export function startLines(rows: readonly Restoration[], { name, colour }: Pick<Line, "name" | "colour">): Line[] {
  const started = rows.filter(({ method }) => method === "dip-start-and-errors");
  return distinctNumbers(started.map(({ dipIterations }) => dipIterations)).map((duration, i) => {
    const from = rows.filter(({ method, dipIterations }) => method === "dip" && dipIterations === duration);
    const own = started.filter(({ dipIterations }) => dipIterations === duration).sort((a, b) => a.nfe - b.nfe);
    const points = [...from, ...own];
    const [x, y] = [points.map(({ seconds }) => seconds), points.map(({ psnr }) => psnr)];
    return { name, colour, x, y, points: "too", hidden: i > 0 };
  });
}

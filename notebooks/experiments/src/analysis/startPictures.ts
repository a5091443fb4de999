import type { GridImage } from "ddpm-dip/figure";
import type { SpecOf, TrialRecord } from "../spec";
import { descentsOf, type StartTrial, same } from "./descents";

/** The PSNR of a start as it is in its picture, without the measured values put in. */
function psnrOfStart({ metrics }: StartTrial, name: string): number | undefined {
  const error = metrics[`${name}.error`];
  return error === undefined ? undefined : -10 * Math.log10(error);
}

/** A picture that a trial keeps, with the PSNR of a metric above it. @throws RangeError when the trial has not kept it. */
function pictureOf({ key, images, metrics }: TrialRecord, name: string, psnr?: number): GridImage {
  const source = images[name];
  if (source === undefined) throw new RangeError(`picture: got "${name}", which ${key} has not kept`);
  const label = psnr ?? metrics[`${name}.psnr`];
  return { source, ...(label !== undefined && { label: label.toFixed(1) }) };
}

/**
 * A row of the gallery: degraded, DDPM alone, the image of least variation, that and then the DDPM, DIP, DIP and then the DDPM, clean.
 * @param trials of the start by DIP and by the control, on one image. @param alone in which the DDPM's own is looked for.
 */
export function galleryRow(
  { dip, control }: { dip: StartTrial; control: StartTrial },
  alone: readonly TrialRecord<SpecOf<"ddpm-restore">>[],
): GridImage[] {
  const { image, task } = dip.spec;
  const other = alone.find(({ spec }) => spec.image.name === image.name && same(spec.task, task));
  return [
    pictureOf(dip, "plain"),
    ...(other ? [pictureOf(other, "restored")] : []),
    ...[control, dip].flatMap((trial) =>
      descentsOf([trial]).flatMap(({ duration, psnr }) => [
        pictureOf(trial, `prior${duration}`, psnrOfStart(trial, `prior${duration}`)),
        pictureOf(trial, `restored${duration}`, psnr),
      ]),
    ),
    { ...pictureOf(dip, "clean"), label: "clean" },
  ];
}

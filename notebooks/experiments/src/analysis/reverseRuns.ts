import canonicalize from "canonicalize";
import type { GridImage } from "ddpm-dip/figure";
import { cropTasks } from "../plans/cropTasks";
import type { DdpmRestoreSpec, TrialRecord, WarmStartSpec } from "../spec";

export type StartTrial = TrialRecord<WarmStartSpec>;

/** Whether two parts of specs say the same. */
export const same = (one: unknown, other: unknown): boolean => canonicalize(one) === canonicalize(other);

/** Title of a task. @throws RangeError for one that no plan has. */
export function titleOf(task: WarmStartSpec["task"]): string {
  const own = cropTasks.find((one) => same(one.task, task));
  if (!own) throw new RangeError(`task: got ${canonicalize(task)}, want one of ${cropTasks.map(({ title }) => title)}`);
  return own.title;
}

/** Seconds of DIP's fit in which its step was recorded: counted nowhere. */
export const recordingOf = (metrics: StartTrial["metrics"]): number => metrics["prior.recording"] ?? 0;

export type ReverseRun = ReturnType<typeof reverseRunsOf>[number];

/** Every way down of warm-start trials, with the seconds that it took in all but the recording of steps. */
export function reverseRunsOf(trials: readonly StartTrial[]) {
  return trials.flatMap(({ spec, curves, metrics }) => {
    const { prior, starts, evaluations, guidance, draws = 1, eta, image, seeds } = spec;
    // Each mean of draws on the way is a row of its own.
    const [counts, guides] = [evaluations.length, guidance.length];
    const task = titleOf(spec.task);
    return (curves.psnr ?? []).map((psnr, place) => {
      const row = Math.floor(place / draws);
      const read = (name: string) => curves[name]?.[place] as number;
      const start = starts[Math.floor(row / (guides * counts)) % starts.length] as WarmStartSpec["starts"][number];
      const secondsPrior = read("secondsPrior") - recordingOf(metrics);
      const secondsSampler = read("secondsSampler");
      return {
        ...{ task, image: image.name, seed: seeds.noise, place: `${task}/${image.name}/${seeds.noise}`, eta, spec },
        /** "dip", or the control that was started from; where DIP was shown what is known. */
        ...{
          prior: prior.kind === "dip" ? "dip" : prior.of,
          guess: (prior.kind === "dip" && prior.guess?.place) || "",
        },
        /** Iterations of DIP, and the level that it began at: by a factor of the estimated error, or as given. */
        ...{ duration: read("duration"), t0: read("t0"), kappa: start.by === "risk" ? start.kappa : undefined },
        level: start.by === "level" ? start.t : undefined,
        /** Evaluations that each might take, how many it is the mean of, and the evaluations that all took. */
        ...{ asked: evaluations[Math.floor(row / guides) % counts] as number, taken: read("nfe") },
        drawn: draws > 1 ? read("draws") : undefined,
        guidance: guidance[row % guides] as WarmStartSpec["guidance"][number],
        ...{ psnr, ssim: read("ssim"), perceptual: curves.perceptual?.[place] },
        ...{ secondsPrior, secondsSampler, seconds: secondsPrior + secondsSampler },
      };
    });
  });
}

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

/** A row of the gallery: one image by each way. @param alone trials in which the DDPM's own image is looked for. */
export function galleryRow(
  { dip, control }: { dip: StartTrial; control: StartTrial },
  alone: readonly TrialRecord<DdpmRestoreSpec>[],
): GridImage[] {
  const { image, task } = dip.spec;
  const other = alone.find(({ spec }) => spec.image.name === image.name && same(spec.task, task));
  return [
    pictureOf(dip, "plain"),
    ...(other ? [pictureOf(other, "restored")] : []),
    ...[control, dip].flatMap((trial) =>
      reverseRunsOf([trial]).flatMap(({ duration, psnr }) => [
        pictureOf(trial, `prior${duration}`, psnrOfStart(trial, `prior${duration}`)),
        pictureOf(trial, `restored${duration}`, psnr),
      ]),
    ),
    { ...pictureOf(dip, "clean"), label: "clean" },
  ];
}

import type { SpecOf, TrialRecord } from "../spec";

type WarmStart = SpecOf<"warm-start">;

/** One way down of a warm start on one image. */
export interface DescentResult {
  /** PSNR, dB. */
  psnr: number;
  /** Until it was there, all that it took. */
  seconds: number;
  /** Names task, image, size and seed; the same for all methods. */
  cell: string;
  task: WarmStart["task"];
  photo: string;
  seed: number;
  /** "dip", or the control that was started from. */
  prior: string;
  network: string;
  /** Where DIP was shown what is known; empty where it was not. */
  guess: "" | "input" | "output";
  /** Iterations of DIP; 0 for a control. */
  duration: number;
  /** The level that it began at, and how that was chosen. */
  t0: number;
  start: WarmStart["starts"][number];
  nfe: number;
  /** Evaluations that it might take: as many as there are levels are taken at most. */
  asked: number;
  guidance: WarmStart["guidance"][number];
  ssim: number;
  secondsPrior: number;
  secondsSampler: number;
}

/** Names task, image, size and seed of a trial that restores. */
export function nameRestoration(
  spec: Pick<WarmStart, "task" | "image" | "size"> & { seeds: { noise: number } },
): string {
  return `${JSON.stringify(spec.task)}/${spec.image.name}/${spec.size}/${spec.seeds.noise}`;
}

/** Every descent of warm-start trials, row by row; others are passed over. */
export function descentsOf(records: readonly TrialRecord[]): DescentResult[] {
  return records.flatMap((record) => {
    const spec = record.spec as WarmStart;
    if (spec.method !== "warm-start") return [];
    const read = (name: string, row: number) => (record.curves[name] as number[])[row] as number;
    const [starts, counts, guides] = [spec.starts.length, spec.evaluations.length, spec.guidance.length];
    return (record.curves.psnr as number[]).map((psnr, row): DescentResult => {
      const place = { guidance: row % guides, start: Math.floor(row / (guides * counts)) % starts };
      return {
        cell: nameRestoration(spec),
        task: spec.task,
        photo: spec.image.name,
        seed: spec.seeds.noise,
        prior: spec.prior.kind === "dip" ? "dip" : spec.prior.of,
        network: spec.prior.kind === "dip" ? spec.prior.network.kind : "",
        guess: (spec.prior.kind === "dip" && spec.prior.guess?.place) || "",
        duration: read("duration", row),
        t0: read("t0", row),
        start: spec.starts[place.start] as WarmStart["starts"][number],
        nfe: read("nfe", row),
        asked: spec.evaluations[Math.floor(row / guides) % counts] as number,
        guidance: spec.guidance[place.guidance] as WarmStart["guidance"][number],
        psnr,
        ssim: read("ssim", row),
        secondsPrior: read("secondsPrior", row),
        secondsSampler: read("secondsSampler", row),
        seconds: read("secondsPrior", row) + read("secondsSampler", row),
      };
    });
  });
}

/** DIP alone along its course in a warm-start trial, with what was measured put in; none for a control. */
export function courseOf(
  record: TrialRecord,
): (Pick<DescentResult, "psnr" | "ssim" | "seconds"> & { iteration: number })[] {
  const { iteration = [], dipPsnr = [], dipSsim = [], dipSeconds = [] } = record.curves;
  return iteration.map((at, i) => ({
    iteration: at,
    psnr: dipPsnr[i] as number,
    ssim: dipSsim[i] as number,
    seconds: dipSeconds[i] as number,
  }));
}

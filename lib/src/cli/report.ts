import { printable } from "../runtime/printable";
import { exitCodes } from "./exit";
import type { RestoredFolder } from "./restoreFolder";
import { errorAs, filesOf } from "./results";
import type { Settings } from "./settings";

export function codeOf({ photos, stopped, problem }: RestoredFolder): number {
  if (stopped) return exitCodes.stopped;
  const failed = problem !== undefined || photos.some(({ status }) => status === "failed");
  return failed ? exitCodes.someFailed : exitCodes.done;
}

/** A run as one JSON document. Noise levels and deviations in grey values of 255, errors as PSNR in dB, null where the estimate is below 0. */
export function toJson(run: RestoredFolder, settings: Settings): string {
  const photos = run.photos.map(({ photo, status, result, error, notices }) => ({
    file: photo.file,
    name: photo.name,
    status,
    ...(result && {
      output: filesOf(run.out, photo.name).picture,
      width: result.width,
      height: result.height,
      sigma: 255 * result.sigma,
      sigmaEstimated: result.sigmaEstimated,
      noiseCorrelation: result.noiseCorrelation,
      risk: result.risk,
      estimatedPsnr: errorAs(result.risk)?.psnr ?? null,
      estimatedSigma: errorAs(result.risk)?.greyValues ?? null,
      tiles: result.tiles,
      iterations: result.iterations,
      evaluations: result.evaluations,
      seconds: result.seconds,
      reasons: result.reasons,
    }),
    ...(error !== undefined && { error }),
    ...(notices && { notices }),
  }));
  const { skipped, sheet, seconds, stopped, problem } = run;
  return JSON.stringify(
    { command: "restore", settings, photos, skipped, sheet, seconds, stopped, problem, exitCode: codeOf(run) },
    null,
    1,
  );
}

export function toText({ photos: all, seconds, stopped, problem, sheet }: RestoredFolder): string {
  const photos = all.filter(({ status }) => status !== "kept");
  const count = (status: string) => photos.filter((one) => one.status === status).length;
  const before = count("unchanged") > 0 ? ` (${count("unchanged")} of them before)` : "";
  const failed = count("failed") > 0 ? `, ${count("failed")} failed` : "";
  const finished = `${count("done") + count("unchanged")} of ${photos.length} finished${before}${failed} in ${seconds.toFixed(1)} s`;
  const others = all.length - photos.length;
  return [
    stopped ? `stopped: ${finished}; the same command goes on from there` : finished,
    ...(others > 0 ? [`${others} finished by former runs are kept beside them`] : []),
    ...(problem === undefined ? [] : [`error: ${printable(problem)}`]),
    printable(sheet),
  ].join("\n");
}

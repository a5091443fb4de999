import { existsSync } from "node:fs";
import { join } from "node:path";
import { isWhite } from "../data";
import type { SkippedFile } from "../data/imageFolder";
import { namePrior, openDiffusion } from "../ddpm";
import { priorsOf } from "../fusion";
import { printable } from "../runtime/printable";
import { whyOf } from "../runtime/whyOf";
import { contactSheet } from "./contactSheet";
import { UsageError } from "./exit";
import { type PlannedPhoto, planRun, type RunInputs } from "./planRun";
import { addFormer, restoreOne } from "./restoreOne";
import type { Models } from "./restoreTiles";
import { pageName } from "./resultFolder";
import { type PhotoResult, readRecord } from "./resultRecord";
import { filesOf, tellError } from "./results";
import { type Outcome, runPhotos } from "./runPhotos";
import { kindOf, restoreSettingsOf, type Settings } from "./settings";

interface RunOptions extends RunInputs, Models {
  signal?: AbortSignal | undefined;
  write?: (text: string) => void;
}

export interface RestoredFolder {
  photos: Outcome[];
  skipped: SkippedFile[];
  out: string;
  sheet: string;
  seconds: number;
  stopped: boolean;
  /** Why the sheet could not be written. */
  problem?: string | undefined;
}

/**
 * What a result depends on beside the photo, the mask and the settings.
 * @throws UsageError when there is no such prior, or its checkpoint is damaged, which would fail every photo.
 */
function nameModels({ prior, network }: Models, settings: Settings): Record<string, unknown> {
  const priors = [prior ?? priorsOf(kindOf(settings.task), settings.effort)].flat();
  return {
    priors: priors.map((one) => (typeof one === "string" ? nameGiven(one) : "given")),
    network: network ?? "usual",
    restoration: restoreSettingsOf(settings),
  };
}

function nameGiven(prior: string): { name: string; digest: string } {
  try {
    const named = namePrior(prior);
    for (const expert of openDiffusion(named).experts) expert.open().dispose();
    return named;
  } catch (error) {
    throw new UsageError(`--prior: ${whyOf(error)}`);
  }
}

/**
 * Restores photos into a folder: one picture and one record each, and a sheet of them all. All is checked before any work.
 * Photos that a former run finished are left as they are; a damaged one does not stop the others. The signal ends the run
 * between two iterations: what is finished stays, and the same call goes on from there. The sheet is written last.
 * @throws UsageError when it cannot be begun.
 */
export async function restoreFolder(options: RunOptions): Promise<RestoredFolder> {
  const { out, settings, signal, write = () => undefined } = options;
  const started = performance.now();
  const models = nameModels(options, options.settings);
  const { planned, skipped, results } = await planRun(options, { command: { command: "restore", ...models }, write });
  try {
    const run = { ...options, models, results };
    const worked = await runPhotos(
      planned,
      async (one, told) => {
        const { result, fromBefore } = await restoreOne(one, run, told);
        return { result, fromBefore, line: describe(result, settings) };
      },
      { signal, write },
    );
    const outcomes = worked.map((outcome, index) => addFormer(outcome, planned[index] as PlannedPhoto, run));
    const stopped = outcomes.some(({ status }) => status === "not reached");
    const kept = results.others.flatMap((photo): Outcome[] => {
      const { picture, record } = filesOf(out, photo.name);
      const { result } = readRecord(record, results.markOf(photo.name).owner);
      return result && existsSync(picture) ? [{ photo, status: "kept", result }] : [];
    });
    const photos = [...outcomes, ...kept];
    let problem: string | undefined;
    try {
      if (!stopped) await results.end();
      const told = await results.writePage(contactSheet(photos, { out, settings }));
      if (told !== undefined) write(`${printable(told)}\n`);
    } catch (error) {
      problem = whyOf(error);
    }
    const seconds = (performance.now() - started) / 1000;
    return { photos, skipped, out, sheet: join(out, pageName), seconds, stopped, problem };
  } finally {
    results.close();
  }
}

function describe(
  { risk, sigma, sigmaEstimated, noiseCorrelation = 0, seconds }: PhotoResult,
  { task }: Settings,
): string {
  const noise = sigma > 0 ? `, noise ${(255 * sigma).toFixed(1)}${sigmaEstimated ? " (estimated)" : ""}` : "";
  const error = risk === 0 && task === "inpaint" ? "nothing was missing" : `estimated error ${tellError(risk)}`;
  const colour = isWhite(noiseCorrelation) ? "" : ", the noise is not white";
  return `${error}${noise}${colour}, ${seconds.toFixed(1)} s`;
}

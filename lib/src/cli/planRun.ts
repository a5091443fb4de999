import { relative, resolve } from "node:path";
import { measureImage } from "../data/decodeImage";
import { describeSkipped, type SkippedFile } from "../data/imageFolder";
import { whyOf } from "../runtime/whyOf";
import { UsageError } from "./exit";
import { findMask, surveyPhotos } from "./findPhotos";
import { readKnown } from "./photoFile";
import type { FoundPhoto } from "./photoNames";
import { openResultFolder, type ResultFolder } from "./resultFolder";
import { checkSettings, type Settings } from "./settings";

export interface RunInputs {
  paths: readonly string[];
  out: string;
  mask?: string | undefined;
  settings: Settings;
  fresh?: boolean | undefined;
}

export interface PlannedPhoto {
  photo: FoundPhoto;
  mask?: string;
  /** Pixels of it, for the time left; 0 where its size cannot be read. */
  pixels: number;
}

/**
 * Checks all that a run is given, and makes the folder of the results.
 * @param options.command all that decides what comes out, beside the settings and the mask. @param options.write for lines.
 * @throws UsageError when anything about the photos, the masks, the settings or the folder does not fit.
 */
export async function planRun(
  { paths, out, mask, settings, fresh = false }: RunInputs,
  { command, write }: { command: Record<string, unknown>; write: (text: string) => void },
): Promise<{ planned: PlannedPhoto[]; skipped: SkippedFile[]; results: ResultFolder }> {
  checkSettings(settings);
  if (mask !== undefined && settings.task !== "inpaint") {
    throw new UsageError(`--mask: got one for ${settings.task}, it is for inpaint`);
  }
  if (mask === undefined && settings.task === "inpaint") throw new UsageError("--mask: got none, inpaint needs one");
  const { photos, skipped } = surveyPhotos(paths, out);
  const masked = mask === undefined ? {} : { mask: relative(resolve(out), resolve(mask)) };
  const results = openResultFolder(out, photos, { fresh, command: { ...command, ...settings, ...masked } });
  const planned: PlannedPhoto[] = [];
  for (const photo of results.photos) {
    const own = mask === undefined ? {} : { mask: findMask(mask, photo) };
    // A damaged photo fails when its turn comes; the others are restored.
    const size = await measureImage(photo.file);
    if (own.mask) {
      await readKnown(own.mask, size).catch((error) => {
        throw new UsageError(`--mask: ${whyOf(error)}`);
      });
    }
    planned.push({ photo, ...own, pixels: size ? size.width * size.height : 0 });
  }
  await results.begin();
  for (const one of skipped) write(`${describeSkipped(one)}\n`);
  return { planned, skipped, results };
}

import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tableCsv } from "../figure";
import { psnr, ssim } from "../metrics";
import { tf } from "../runtime";
import { writeWhole } from "../runtime/writeWhole";
import { type Evaluation, type PhotoScores, scoresSchema } from "./evaluation";
import { evaluationTable, photoTable } from "./evaluationTable";
import { UsageError } from "./exit";
import type { FoundPhoto } from "./findPhotos";
import { type PlannedPhoto, planRun } from "./planRun";
import { nameModels, type RunOptions } from "./restoreFolder";
import { restorePhoto } from "./restorePhoto";
import { digestOf, keyOf } from "./resultRecord";
import { runPhotos } from "./runPhotos";
import { spoilPhoto } from "./spoilPhoto";
import { byBoth, byTheDdpmAlone, type Version } from "./tileMethod";
import { openTileStore } from "./tileStore";

/** Options of an evaluation. */
export interface EvaluateFolderOptions extends RunOptions {
  /** Inpainting without a mask: share of the pixels that are known. */
  keep: number;
}

/**
 * Spoils clean photos, restores them by the combination, by its own DIP alone and by the DDPM alone, and scores them. The
 * clean photo goes into the spoiling and the scores, never to a way. Writes photos.csv, table.csv and a record a photo;
 * goes on from there as `restoreFolder` does.
 * @throws UsageError when it cannot be begun; Error when the prior's checkpoint is damaged.
 */
export async function evaluateFolder(options: EvaluateFolderOptions): Promise<Evaluation> {
  const { out, keep, signal, write = () => undefined } = options;
  const started = performance.now();
  if (!(keep > 0 && keep < 1)) throw new UsageError(`--keep: got ${keep}, want a share between 0 and 1`);
  const models = nameModels(options, options.settings);
  const planned = await planRun(options, { needsMask: false, write });
  const { outcomes, stopped } = await runPhotos(
    planned,
    async (one, onProgress) => {
      const { result, fromBefore } = await evaluateOne(one, models, options, onProgress);
      const { given, restored, dip, ddpm } = result.scores;
      const line = `${given.psnr.toFixed(1)} dB given, ${restored.psnr.toFixed(1)} together, ${dip.psnr.toFixed(1)} DIP alone, ${ddpm.psnr.toFixed(1)} DDPM alone`;
      return { result, fromBefore, line };
    },
    { signal, write },
  );
  const evaluation = { photos: outcomes, out, seconds: (performance.now() - started) / 1000, stopped };
  if (outcomes.some(({ result }) => result)) {
    await writeWhole(join(out, "photos.csv"), await tableCsv(photoTable(evaluation)));
    await writeWhole(join(out, "table.csv"), await tableCsv(evaluationTable(evaluation)));
  }
  return evaluation;
}

function readScores(file: string, key: string): PhotoScores | undefined {
  try {
    const read = scoresSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return read.key === key ? read : undefined;
  } catch {
    return undefined;
  }
}

async function evaluateOne(
  { photo, mask }: PlannedPhoto,
  models: Record<string, unknown>,
  { out, settings, keep, fresh = false, signal, prior, network }: EvaluateFolderOptions,
  onProgress: (share: number, note: string) => void,
): Promise<{ result: PhotoScores; fromBefore: boolean }> {
  const bytes = readFileSync(photo.file);
  const given = { photo: digestOf(bytes), mask: mask === undefined ? keep : digestOf(readFileSync(mask)) };
  const key = keyOf({ evaluate: settings, name: photo.name, ...models, ...given });
  const file = recordOf(out, photo);
  const before = fresh ? undefined : readScores(file, key);
  if (before) return { result: before, fromBefore: true };
  const spoilt = await spoilPhoto(bytes, photo.name, settings, { mask, keep });
  const owned: tf.Tensor[] = [];
  const restore = async (name: string, [from, width]: [number, number]) => {
    const used = { prior, network };
    const method = name === "together" ? byBoth({ ...used, withDip: true }) : byTheDdpmAlone(used);
    const { versions } = await restorePhoto({ image: spoilt.measured, mask: spoilt.mask }, settings, {
      method,
      signal,
      onProgress: (share, note) => onProgress(from + width * share, `${name}, ${note}`),
      store: openTileStore(out, `${key}-${name}`),
    });
    owned.push(...Object.values(versions).map(({ image }) => image));
    return versions;
  };
  try {
    const together = await restore("together", [0, 0.95]);
    const alone = await restore("DDPM alone", [0.95, 0.05]);
    const score = ({ image, seconds }: Pick<Version, "image" | "seconds">) => ({
      psnr: psnr(image, spoilt.clean),
      ssim: ssim(image, spoilt.clean),
      seconds,
    });
    const result: PhotoScores = {
      key,
      scores: {
        given: score({ image: spoilt.plain, seconds: 0 }),
        restored: score(together.restored as Version),
        dip: score(together.dip as Version),
        ddpm: score(alone.ddpm as Version),
      },
    };
    mkdirSync(dirname(file), { recursive: true });
    await writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
    for (const name of ["together", "DDPM alone"]) openTileStore(out, `${key}-${name}`).clear();
    return { result, fromBefore: false };
  } finally {
    tf.dispose(owned);
    spoilt.dispose();
  }
}

function recordOf(out: string, { name }: FoundPhoto): string {
  return join(out, `${name}.json`);
}

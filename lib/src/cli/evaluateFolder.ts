import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tableCsv } from "../figure";
import { psnr, ssim } from "../metrics";
import { tf } from "../runtime";
import type { Evaluation } from "./evaluation";
import { evaluationTable, photoTable } from "./evaluationTable";
import { UsageError } from "./exit";
import { type PlannedPhoto, planRun } from "./planRun";
import { attempt, digestOfFile, nameModels, type RunOptions } from "./restoreFolder";
import { restorePhoto } from "./restorePhoto";
import { type PhotoScores, readRecord, scoresSchema, writeRecord } from "./resultRecord";
import { type Outcome, type PhotoWork, runPhotos } from "./runPhotos";
import { digestOf, keyOf } from "./sealed";
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
 * @throws UsageError when it cannot be begun.
 */
export async function evaluateFolder(options: EvaluateFolderOptions): Promise<Evaluation> {
  const { out, keep, signal, write = () => undefined } = options;
  const started = performance.now();
  if (!(keep > 0 && keep < 1)) throw new UsageError(`--keep: got ${keep}, want a share between 0 and 1`);
  const models = nameModels(options, options.settings);
  const { planned, skipped, results } = await planRun(options, {
    needsMask: false,
    command: { command: "evaluate", keep, ...models },
    files: (name) => [recordOf("", name)],
    shared: ["photos.csv", "table.csv"],
    isOf: (name, file) => readRecord(recordOf(out, name), scoresSchema).result?.photo === digestOfFile(file),
    write,
  });
  try {
    const { outcomes, stopped } = await runPhotos<PhotoScores>(
      planned,
      async (one, told) => {
        const { result, fromBefore } = await evaluateOne(one, models, { ...options, since: results.since }, told);
        const { given, restored, dip, ddpm } = result.scores;
        const line = `${given.psnr.toFixed(1)} dB given, ${restored.psnr.toFixed(1)} together, ${dip.psnr.toFixed(1)} DIP alone, ${ddpm.psnr.toFixed(1)} DDPM alone`;
        return { result, fromBefore, line };
      },
      { signal, write },
    );
    const kept = results.others.flatMap((photo): Outcome<PhotoScores>[] => {
      const { result } = readRecord(recordOf(out, photo.name), scoresSchema);
      return result ? [{ photo, status: "kept", result }] : [];
    });
    const evaluation: Evaluation = { photos: [...outcomes, ...kept], skipped, out, seconds: 0, stopped };
    evaluation.problem = await attempt(write, async () => {
      if (!stopped) await results.end();
      if (!evaluation.photos.some(({ result }) => result)) return undefined;
      const notices = [
        await results.writeShared("photos.csv", await tableCsv(photoTable(evaluation))),
        await results.writeShared("table.csv", await tableCsv(evaluationTable(evaluation))),
      ].filter((notice) => notice !== undefined);
      return notices.length > 0 ? notices.join("\n") : undefined;
    });
    return { ...evaluation, seconds: (performance.now() - started) / 1000 };
  } finally {
    results.close();
  }
}

async function evaluateOne(
  { photo, mask }: PlannedPhoto,
  models: Record<string, unknown>,
  { out, settings, keep, since, signal, prior, network }: EvaluateFolderOptions & { since: string | undefined },
  { onProgress, onNotice }: Parameters<PhotoWork<PhotoScores>>[1],
): Promise<{ result: PhotoScores; fromBefore: boolean }> {
  const file = recordOf(out, photo.name);
  const stored = readRecord(file, scoresSchema);
  const before = stored.result;
  const counts = before !== undefined && (since === undefined || before.finishedAt >= since);
  // Moved away since it was finished.
  if (before && counts && !existsSync(photo.file)) return { result: before, fromBefore: true };
  const bytes = readFileSync(photo.file);
  const given = { photo: digestOf(bytes), mask: mask === undefined ? keep : digestOf(readFileSync(mask)) };
  const key = keyOf({ evaluate: settings, name: photo.name, ...models, ...given });
  if (before && counts && before.key === key) return { result: before, fromBefore: true };
  if (stored.damage !== undefined) onNotice(`${stored.damage}; the photo is computed anew`);
  const spoilt = await spoilPhoto(bytes, photo.name, settings, { mask, keep });
  const owned: tf.Tensor[] = [];
  const restore = async (name: string, [from, width]: [number, number]) => {
    const used = { prior, network };
    const method = name === "together" ? byBoth({ ...used, withDip: true }) : byTheDdpmAlone(used);
    const { versions } = await restorePhoto({ image: spoilt.measured, mask: spoilt.mask }, settings, {
      method,
      signal,
      onProgress: (share, note) => onProgress(from + width * share, `${name}, ${note}`),
      store: openTileStore(out, `${key}-${name}`, onNotice),
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
    const { result, kept } = await writeRecord(file, {
      key,
      photo: given.photo,
      scores: {
        given: score({ image: spoilt.plain, seconds: 0 }),
        restored: score(together.restored as Version),
        dip: score(together.dip as Version),
        ddpm: score(alone.ddpm as Version),
      },
    });
    for (const text of kept) onNotice(text);
    for (const name of ["together", "DDPM alone"]) openTileStore(out, `${key}-${name}`).clear();
    return { result, fromBefore: false };
  } finally {
    tf.dispose(owned);
    spoilt.dispose();
  }
}

function recordOf(out: string, name: string): string {
  return join(out, `${name}.json`);
}

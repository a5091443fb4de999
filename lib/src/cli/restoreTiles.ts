import { createDownsampling, createIdentity, createMasking, cropImage, type Rectangle } from "../data";
import { type RestorationChoice, type RestorationTask, restoreImage } from "../fusion";
import { tf } from "../runtime";
import { restoreSettingsOf, type Settings } from "./settings";
import type { TileStore, Version } from "./tileStore";
import { blendTiles, planTiles } from "./tiles";

/** The prior and DIP's network, where they are not the project's own. */
export type Models = Pick<RestorationChoice, "prior" | "network">;

export type TileMethod = (
  task: RestorationTask,
  context: {
    settings: Settings;
    seed: number;
    signal?: AbortSignal | undefined;
    onProgress(share: number, stage: string): void;
  },
) => Promise<Version>;

/** The recommended combination; a tile without gaps and noise is left as it is. */
export function byBoth(models: Models = {}): TileMethod {
  return async (task, { settings, seed, signal, onProgress }) => {
    const { mask, sigma, measured } = task;
    if (mask && !sigma && countKnown(mask) === mask.size) {
      const reasons = ["Nothing is missing here: left as it is."];
      return { image: measured.clone(), risk: 0, seconds: 0, iterations: 0, evaluations: 0, reasons };
    }
    const { image, risk, seconds, reasons, iterations, evaluations } = await restoreImage(task, {
      ...models,
      ...restoreSettingsOf(settings),
      ...{ effort: settings.effort, seed, signal },
      progress: () => ({ update: onProgress, finish() {} }),
    });
    return { image, risk, seconds, iterations, evaluations, reasons };
  };
}

export interface RestoreTilesOptions {
  method: TileMethod;
  signal?: AbortSignal | undefined;
  /** @param share of the photo, 0 to 1. */
  onProgress?: ((share: number, note: string) => void) | undefined;
  store?: TileStore | undefined;
}

interface MeasuredPhoto {
  /** [1, height, width, 3], as it was measured. */
  measured: tf.Tensor4D;
  /** Standard deviation of its noise, image units. */
  sigma: number;
  /** For inpainting: ones where it is known, [1, height, width, 1]. */
  mask?: tf.Tensor4D | undefined;
}

function countKnown(mask: tf.Tensor4D): number {
  return tf.tidy(() => mask.sum().dataSync()[0] as number);
}

/** A tile of a photo as a task of its own. @returns the task and what frees it. */
function openTile(
  { measured, sigma, mask }: MeasuredPhoto,
  tile: Rectangle,
  { task, factor }: Settings,
): { task: RestorationTask; dispose(): void } {
  const cut = cropImage(measured, tile);
  const known = mask && cropImage(mask, tile);
  const scale = task === "super-resolve" ? factor : 1;
  const size: [number, number] = [scale * tile.height, scale * tile.width];
  const measurement =
    task === "super-resolve" ? createDownsampling(size, factor) : known ? createMasking(known) : createIdentity();
  const kept = known ? measurement.measure(cut) : cut;
  return {
    task: { measurement, measured: kept, sigma, size, mask: known, whole: task === "denoise" },
    dispose() {
      measurement.dispose();
      tf.dispose(known ? [cut, kept, known] : [cut]);
    },
  };
}

function requireKnown(mask: tf.Tensor4D, tiles: Rectangle[]): void {
  for (const tile of tiles) {
    const known = tf.tidy(() => countKnown(cropImage(mask, tile)));
    if (known >= 2) continue;
    const { left, top, width, height } = tile;
    throw new Error(
      `${known === 0 ? "nothing is" : "only one pixel is"} known of the tile ${width}x${height} at (${left}, ${top}): want larger tiles (--tile)`,
    );
  }
}

/**
 * Restores a photo in colour by tiles that overlap. @returns the result, its image the caller's, and how many they were.
 * @throws Error when of a tile fewer than two pixels are known; what the method throws.
 */
export async function restoreTiles(
  photo: MeasuredPhoto,
  settings: Settings,
  { method, signal, onProgress, store }: RestoreTilesOptions,
): Promise<{ restored: Version; tiles: number }> {
  const scale = settings.task === "super-resolve" ? settings.factor : 1;
  const [, height, width] = photo.measured.shape;
  // Tiles are planned on what was measured; their sizes are told in pixels of the result.
  const [tile, overlap] = [Math.floor(settings.tile / scale), Math.ceil(settings.overlap / scale)];
  const tiles = planTiles({ width, height }, { tile, overlap });
  if (photo.mask) requireKnown(photo.mask, tiles);
  const blender = blendTiles([1, scale * height, scale * width, 3], scale * overlap);
  const total: Omit<Version, "image"> = { risk: 0, seconds: 0, iterations: 0, evaluations: 0, reasons: [] };
  for (const [index, tile] of tiles.entries()) {
    const where = tiles.length > 1 ? `tile ${index + 1} of ${tiles.length}, ` : "";
    let restored = tiles.length > 1 ? store?.read(index) : undefined;
    if (!restored) {
      const { task, dispose } = openTile(photo, tile, settings);
      try {
        restored = await method(task, {
          settings,
          seed: (settings.seed + index) % 0x80000000,
          signal,
          onProgress: (share, stage) => onProgress?.((index + share) / tiles.length, where + stage),
        });
      } finally {
        dispose();
      }
      if (tiles.length > 1) await store?.write(index, restored);
    }
    const [left, top] = [scale * tile.left, scale * tile.top];
    blender.add({ left, top, width: scale * tile.width, height: scale * tile.height }, restored.image);
    restored.image.dispose();
    // The tiles are all of one size.
    total.risk += restored.risk / tiles.length;
    total.seconds += restored.seconds;
    total.iterations += restored.iterations;
    total.evaluations += restored.evaluations;
    total.reasons.push(...restored.reasons.map((reason) => (where ? `Tile ${index + 1}: ${reason}` : reason)));
    onProgress?.((index + 1) / tiles.length, `${where}done`);
  }
  return { restored: { ...total, image: blender.finish() }, tiles: tiles.length };
}

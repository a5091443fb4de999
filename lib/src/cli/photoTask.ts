import {
  createDownsampling,
  createIdentity,
  createMasking,
  cropImage,
  enlargeBicubic,
  type LinearOperator,
  type Rectangle,
} from "../data";
import type { RestorationTask } from "../fusion";
import { tf } from "../runtime";
import type { Settings } from "./settings";

/** What was measured of a photo and what is known of it. */
export interface MeasuredPhoto {
  /** [1, height, width, 3], as it was measured. */
  measured: tf.Tensor4D;
  /** Standard deviation of its noise, image units. */
  sigma: number;
  /** For inpainting: ones where it is known, [1, height, width, 1]. */
  mask?: tf.Tensor4D | undefined;
}

/** A tile of a photo as a task of its own. @returns the task and what frees it. */
export function openTile(
  { measured, sigma, mask }: MeasuredPhoto,
  tile: Rectangle,
  { task, factor }: Pick<Settings, "task" | "factor">,
): { task: RestorationTask; dispose(): void } {
  const size: [number, number] = [tile.height, tile.width];
  const cut = cropImage(measured, tile);
  const owned: tf.Tensor[] = [cut];
  let operator: LinearOperator;
  let opened: RestorationTask;
  if (task === "denoise") {
    operator = createIdentity();
    opened = { measurement: operator, measured: cut, sigma, size, whole: true };
  } else if (task === "inpaint") {
    if (!mask) throw new Error("inpainting needs a mask");
    const known = cropImage(mask, tile);
    operator = createMasking(known);
    const kept = operator.measure(cut);
    owned.push(known, kept);
    opened = { measurement: operator, measured: kept, sigma, size, mask: known };
  } else {
    const large: [number, number] = [size[0] * factor, size[1] * factor];
    operator = createDownsampling(large, factor);
    opened = { measurement: operator, measured: cut, sigma, size: large };
  }
  return {
    task: opened,
    dispose() {
      operator.dispose();
      tf.dispose(owned);
    },
  };
}

/** How many pixels of a tile are known. */
export function countKnown(mask: tf.Tensor4D, tile: Rectangle): number {
  return tf.tidy(() => cropImage(mask, tile).sum().dataSync()[0] as number);
}

/** Alpha in the size of the restored image. @param alpha [1, height, width, 1]. @returns the caller's. */
export function enlargeAlpha(alpha: tf.Tensor4D, [, height, width]: tf.Tensor4D["shape"]): tf.Tensor4D {
  if (alpha.shape[1] === height && alpha.shape[2] === width) return alpha.clone();
  return tf.tidy(() => enlargeBicubic(alpha, height, width).clipByValue(0, 1) as tf.Tensor4D);
}

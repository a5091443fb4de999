import { type CheckpointName, checkpointFile } from "ddpm-dip/ddpm";
import { loadPerceptual, psnr, ssim } from "ddpm-dip/metrics";
import type { tf } from "ddpm-dip/runtime";
import { toDataUri } from "./noisyCrop";

/** Curves that grow by a reading of each at a time. @param digits that are stored; all where left out. */
export function openCurves(digits?: number) {
  const curves: Record<string, number[]> = {};
  const read = (values: Record<string, number>) => {
    for (const [name, value] of Object.entries(values)) {
      curves[name] ??= [];
      curves[name].push(digits === undefined ? value : Number(value.toPrecision(digits)));
    }
  };
  return { curves, read };
}

/** Images as a record holds them, by their names. @param keeps whether they are kept at all. */
export async function keepPictures(
  keeps: boolean,
  images: Record<string, tf.Tensor4D>,
): Promise<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, image] of Object.entries(keeps ? images : {})) kept[name] = await toDataUri(image);
  return kept;
}

/** Measures images against the clean one: `psnr`, dB, `ssim`, and `perceptual` where a network for it is named, with a prefix before them. */
export function openQuality(clean: tf.Tensor4D, checkpoint?: CheckpointName) {
  const network = checkpoint && loadPerceptual(checkpointFile(checkpoint));
  return {
    of(image: tf.Tensor4D, prefix = ""): Record<string, number> {
      const perceptual = network && { [`${prefix}perceptual`]: network.distance(image, clean)[0] as number };
      return { [`${prefix}psnr`]: psnr(image, clean), [`${prefix}ssim`]: ssim(image, clean), ...perceptual };
    },
    dispose: () => network?.dispose(),
  };
}

import { cropImage, readImage } from "ddpm-dip/data";
import { bandErrors } from "ddpm-dip/metrics";
import { bytesOfUri, tf } from "ddpm-dip/runtime";
import { toDataUri } from "./noisyPhoto";

/** A part of a stored picture: the square of this side with its corner there, pixels. @throws RangeError when it is not in the picture. */
export async function cutPicture(
  source: string,
  { left, top, side }: { left: number; top: number; side: number },
): Promise<string> {
  return transform([source], ([image]) => cropImage(image as tf.Tensor4D, { left, top, width: side, height: side }));
}

/** How far a stored picture is from another, as grey: black where they agree, white from this difference on (image units). */
export async function errorPicture(source: string, clean: string, white = 0.2): Promise<string> {
  return transform([source, clean], ([one, other]) =>
    tf.tidy(() => {
      const error = (one as tf.Tensor4D).sub(other as tf.Tensor4D).abs();
      return error.mean<tf.Tensor4D>(3, true).div(white).clipByValue(0, 1).tile([1, 1, 1, 3]) as tf.Tensor4D;
    }),
  );
}

/** The squared error of a stored picture by spatial frequency, the lowest first: `metrics.bandErrors`. */
export async function pictureBands(source: string, clean: string): Promise<number[]> {
  return withPictures([source, clean], async ([one, other]) => bandErrors(one as tf.Tensor4D, other as tf.Tensor4D));
}

async function transform(sources: string[], make: (images: tf.Tensor4D[]) => tf.Tensor4D): Promise<string> {
  return withPictures(sources, async (images) => {
    const made = make(images);
    try {
      return await toDataUri(made);
    } finally {
      made.dispose();
    }
  });
}

async function withPictures<T>(sources: string[], use: (images: tf.Tensor4D[]) => Promise<T>): Promise<T> {
  const images: tf.Tensor4D[] = [];
  try {
    for (const source of sources) {
      images.push(await readImage(bytesOfUri(source)));
    }
    return await use(images);
  } finally {
    tf.dispose(images);
  }
}

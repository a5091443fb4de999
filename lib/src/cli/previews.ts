import sharp from "sharp";
import { enlargeBicubic } from "../data";
import { tf } from "../runtime";
import { encodePhoto } from "./photoFile";

/** A picture for a page. */
export interface Preview {
  bytes: Buffer;
  type: "png" | "webp";
}

/** Pictures of a photo for a page. */
export interface Previews {
  before: Preview;
  after: Preview;
  difference: Preview;
  /** How often the difference is amplified. */
  gain: number;
}

/** Longer side of a picture in a page, pixels. */
const longest = 640;

async function draw(image: tf.Tensor4D): Promise<Preview> {
  const [, height, width] = image.shape;
  const png = await encodePhoto({ image, deep: false });
  if (Math.max(width, height) <= longest / 2) return { bytes: png, type: "png" };
  const bytes = await sharp(png)
    .resize({ width: longest, height: longest, fit: "inside", withoutEnlargement: true })
    .webp({ quality: 90 })
    .toBuffer();
  return { bytes, type: "webp" };
}

const gains = [16, 8, 4, 2, 1];

/** The largest amplification that leaves all but a two-hundredth of the values unclipped. */
export function chooseGain(differences: Float32Array): number {
  const sizes = differences.map(Math.abs).sort();
  const large = sizes[Math.floor(0.995 * (sizes.length - 1))] ?? 0;
  return gains.find((gain) => gain * large <= 0.5) ?? 1;
}

/**
 * What was given, what was made of it, and after minus before about mid-grey.
 * @param before in the size of `after`, or smaller: then it is enlarged (bicubic) for the difference.
 * @param mask of the known pixels: the others are shown grey in what was given.
 */
export async function drawPreviews(before: tf.Tensor4D, after: tf.Tensor4D, mask?: tf.Tensor4D): Promise<Previews> {
  const [, height, width] = after.shape;
  const drawn = tf.tidy(() => {
    const given = (mask ? before.mul(mask).add(tf.sub(1, mask).mul(0.5)) : before) as tf.Tensor4D;
    const large =
      before.shape[1] === height && before.shape[2] === width ? given : enlargeBicubic(given, height, width);
    return { given, change: after.sub<tf.Tensor4D>(large) };
  });
  const gain = chooseGain(drawn.change.dataSync() as Float32Array);
  const difference = tf.tidy(() => drawn.change.mul<tf.Tensor4D>(gain).add<tf.Tensor4D>(0.5));
  try {
    return { before: await draw(drawn.given), after: await draw(after), difference: await draw(difference), gain };
  } finally {
    tf.dispose([drawn.given, drawn.change, difference]);
  }
}

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { z } from "zod";
import { enlargeBicubic } from "../data";
import { tf } from "../runtime";
import { sha256 } from "../runtime/digest";
import { writeWhole } from "../runtime/writeWhole";
import { encodePhoto } from "./photoFile";
import { stateFolder } from "./results";

export interface Preview {
  bytes: Buffer;
  type: "png" | "webp";
}

const parts = ["before", "after", "difference"] as const;
type Part = (typeof parts)[number];

/** Pictures of a photo for a page, and how often the difference is amplified. */
type Previews = Record<Part, Preview> & { gain: number };

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
    return { given, change: after.sub<tf.Tensor4D>(enlargeBicubic(given, height, width)) };
  });
  const gain = chooseGain(drawn.change.dataSync() as Float32Array);
  const difference = tf.tidy(() => drawn.change.mul<tf.Tensor4D>(gain).add<tf.Tensor4D>(0.5));
  try {
    return { before: await draw(drawn.given), after: await draw(after), difference: await draw(difference), gain };
  } finally {
    tf.dispose([drawn.given, drawn.change, difference]);
  }
}

/** A place that `writePreviews` gives: what a record names is removed with it. */
const placeSchema = (part: Part) =>
  z.string().regex(new RegExp(`^${stateFolder}/previews/\\w+-${part}-\\w+\\.(png|webp)$`), "want a picture of its own");

export const previewsSchema = z.object({
  before: placeSchema("before"),
  after: placeSchema("after"),
  difference: placeSchema("difference"),
  gain: z.number(),
});

type StoredPreviews = z.infer<typeof previewsSchema>;

const shortDigest = (bytes: Uint8Array) => sha256(bytes).slice(0, 32);

export function isIntact(out: string, path: string): boolean {
  try {
    return basename(path).includes(`-${shortDigest(readFileSync(join(out, path)))}.`);
  } catch {
    return false;
  }
}

/** Writes the pictures for the page, each under a name that ends with the digest of what it holds. @returns their places. */
export async function writePreviews(out: string, key: string, previews: Previews): Promise<StoredPreviews> {
  mkdirSync(join(out, stateFolder, "previews"), { recursive: true });
  const place = async (part: Part): Promise<string> => {
    const { bytes, type } = previews[part];
    const path = `${stateFolder}/previews/${key}-${part}-${shortDigest(bytes)}.${type}`;
    await writeWhole(join(out, path), bytes);
    return path;
  };
  const { gain } = previews;
  return { before: await place("before"), after: await place("after"), difference: await place("difference"), gain };
}

export function dropPreviews(out: string, former: StoredPreviews, now: StoredPreviews): void {
  const used = new Set(parts.map((part) => now[part]));
  for (const part of parts) if (!used.has(former[part])) rmSync(join(out, former[part]), { force: true });
}

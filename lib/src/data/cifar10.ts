import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { tf } from "../runtime";
import { readImage } from "./image";
import { listImageFolder } from "./imageFolder";

const side = 32;
const pixels = side * side;
const recordLength = 1 + 3 * pixels;
const atOnce = 32;

/** CIFAR-10's classes, by label. */
const classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** Images [count, 32, 32, 3] in [0, 1] and a label each. */
export interface LabelledImages {
  images: tf.Tensor4D;
  labels: number[];
}

/**
 * Decodes one of CIFAR-10's binary batches: a label byte, then 1024 bytes of red, green and blue, for each image.
 * @throws Error naming the source when the length or a label does not fit.
 */
export function decodeCifar10(bytes: Uint8Array, source: string): LabelledImages {
  if (bytes.length === 0 || bytes.length % recordLength !== 0) {
    throw new Error(`${source} is damaged: ${bytes.length} bytes is no multiple of ${recordLength}`);
  }
  const count = bytes.length / recordLength;
  const values = new Float32Array(count * pixels * 3);
  const labels: number[] = [];
  for (let image = 0; image < count; image++) {
    const start = image * recordLength;
    const label = bytes[start] as number;
    if (label >= classes.length) throw new Error(`${source} is damaged: image ${image} has the label ${label}`);
    labels.push(label);
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        values[(image * pixels + pixel) * 3 + channel] = (bytes[start + 1 + channel * pixels + pixel] as number) / 255;
      }
    }
  }
  return { images: tf.tensor4d(values, [count, side, side, 3]), labels };
}

function listBatches(folder: string, part: "train" | "test"): string[] {
  const names = part === "test" ? ["test_batch.bin"] : [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);
  return names.map((name) => join(folder, name));
}

/** What a card says of the CIFAR-10 in a folder: image files that lose, as JPEG does, are not the original. */
export function describeCifar10(folder: string): string {
  if (existsSync(listBatches(folder, "train")[0] as string)) return "CIFAR-10 (its binary batches)";
  const [first] = listImageFolder(join(folder, "train"));
  const ending = extname(first?.file ?? "").toLowerCase();
  return ending.startsWith(".jp") ? "a JPEG copy of CIFAR-10" : `CIFAR-10 (${ending.slice(1)} files)`;
}

/**
 * Reads CIFAR-10 from a folder the user names: its binary batches (`data_batch_1.bin` … `test_batch.bin`) where they
 * are, else image files in `train/<class>/` and `test/<class>/`.
 * @throws Error naming the folder or the file that does not fit.
 */
export async function readCifar10(folder: string, part: "train" | "test"): Promise<LabelledImages> {
  const batches = listBatches(folder, part);
  if (existsSync(batches[0] as string)) {
    const parts = batches.map((file) => decodeCifar10(readFileSync(file), basename(file)));
    const images = tf.concat(parts.map((read) => read.images));
    tf.dispose(parts.map((read) => read.images));
    return { images, labels: parts.flatMap((read) => read.labels) };
  }
  const files = listImageFolder(join(folder, part));
  const labels = files.map(({ file, label }) => {
    const index = classes.indexOf(label);
    if (index < 0) throw new Error(`${file}: the class folder "${label}" is none of ${classes.join(", ")}`);
    return index;
  });
  const values = new Float32Array(files.length * pixels * 3);
  const readInto = async (file: string, index: number) => {
    const image = await readImage(file);
    const [, height, width] = image.shape;
    if (height === side && width === side) values.set(image.dataSync(), index * pixels * 3);
    image.dispose();
    if (height !== side || width !== side)
      throw new Error(`${file}: got ${width}x${height} pixels, want ${side}x${side}`);
  };
  for (let first = 0; first < files.length; first += atOnce) {
    await Promise.all(files.slice(first, first + atOnce).map(({ file }, i) => readInto(file, first + i)));
  }
  return { images: tf.tensor4d(values, [files.length, side, side, 3]), labels };
}

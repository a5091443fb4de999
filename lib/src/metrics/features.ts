import { type Checkpoint, readCheckpoint, tf } from "../runtime";

/** A network that describes an image by a list of numbers. */
export interface FeatureExtractor {
  /** What the features are called beside every number that is computed from them. */
  readonly name: string;
  readonly size: number;
  /**
   * @param images [batch, height, width, 3] in [0, 1].
   * @returns [batch, size], owned by the caller.
   * @throws RangeError when the images do not have three channels.
   */
  extract(images: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

export interface Features {
  /** The extractor's name: only features of one name can be compared. */
  name: string;
  size: number;
  count: number;
  /** `count` rows of `size` numbers. */
  values: Float32Array;
}

/**
 * Features of a whole set of images.
 * @param batches images in any number of batches; the caller keeps them, and may dispose of one when the next is asked for.
 * @throws RangeError when there is no image; Error when a feature is not finite.
 */
export function extractAll(extractor: FeatureExtractor, batches: Iterable<tf.Tensor4D>): Features {
  const { name, size } = extractor;
  const parts: Float32Array[] = [];
  for (const batch of batches) {
    const features = extractor.extract(batch);
    parts.push(features.dataSync<"float32">());
    features.dispose();
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length === 0) throw new RangeError(`${name}: the features of no image were asked for`);
  const values = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    values.set(part, offset);
    offset += part.length;
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new Error(`${name}: feature ${wrong % size} of image ${Math.floor(wrong / size)} is ${values[wrong]}`);
  }
  return { name, size, count: length / size, values };
}

/** @throws RangeError unless both sets come from one extractor and have at least this many images each. */
export function requireComparable(a: Features, b: Features, leastCount: number): void {
  if (a.name !== b.name) throw new RangeError(`features of different extractors: "${a.name}" and "${b.name}"`);
  if (a.size !== b.size) throw new RangeError(`features of different sizes: ${a.size} and ${b.size}`);
  for (const { count, size, values } of [a, b]) {
    if (count < leastCount) throw new RangeError(`features of ${count} images, want at least ${leastCount}`);
    if (values.length !== count * size) {
      throw new RangeError(`features: ${values.length} values are not ${count} rows of ${size}`);
    }
  }
}

export function requireColour(images: tf.Tensor4D): void {
  if (images.shape.length !== 4 || images.shape[3] !== 3) {
    throw new RangeError(`features: got images [${images.shape}], want [batch, height, width, 3]`);
  }
}

/** A convolution with its bias; sides are padded as TensorFlow pads them. */
export function convolveSame(weights: Checkpoint["tensors"], name: string, x: tf.Tensor4D, stride = 1): tf.Tensor4D {
  return tf
    .conv2d(x, weights[`${name}.weight`] as tf.Tensor4D, stride, "same")
    .add<tf.Tensor4D>(weights[`${name}.bias`] as tf.Tensor);
}

/**
 * Reads the weights of a network of features from its safetensors file; the caller's.
 * @param wanted the kind that the file names itself, and its tensors.
 * @throws Error naming the file when it is missing, damaged or holds another network.
 */
export function readFeatureNetwork(file: string, wanted: { kind: string; names: readonly string[] }): Checkpoint {
  const checkpoint = readCheckpoint(file);
  const missing = wanted.names.find((name) => !checkpoint.tensors[name]);
  if (missing === undefined && checkpoint.metadata.kind === wanted.kind) return checkpoint;
  tf.dispose(checkpoint.tensors);
  throw new Error(`${file} holds no ${wanted.kind}${missing === undefined ? "" : `: "${missing}" is missing`}`);
}

/**
 * An extractor whose weights are in a safetensors file, named with the file's own name for itself.
 * @param network its kind, the names of its tensors, and how many features it makes of images by them.
 * @throws as `readFeatureNetwork`.
 */
export function loadExtractor(
  file: string,
  network: {
    kind: string;
    names: readonly string[];
    size: number;
    describe(weights: Checkpoint["tensors"], images: tf.Tensor4D): tf.Tensor2D;
  },
): FeatureExtractor {
  const { tensors, metadata } = readFeatureNetwork(file, network);
  return {
    name: metadata.name ?? network.kind,
    size: network.size,
    extract(images) {
      requireColour(images);
      return tf.tidy(() => network.describe(tensors, images));
    },
    dispose: () => tf.dispose(tensors),
  };
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { tf } from "../runtime";
import { type FeatureExtractor, requireColour } from "./features";

/** The name of the features by which a Frechet distance is the FID. */
export const inceptionName = "Inception-v3";

/** Sides of the images that the network takes. */
const side = 299;

/** Features of the last pooling layer; a network with its classes on top gives some 1000 instead. */
const size = 2048;

/**
 * Loads Inception-v3 (Szegedy et al. 2016) up to its last pooling layer, the features of the FID (Heusel et al. 2017),
 * from a TensorFlow SavedModel: the tag `serve`, the signature `serving_default` with one float32 input
 * [batch, 299, 299, 3] in [-1, 1] and one output [batch, 2048]. Images are resized to it by bilinear interpolation
 * between the centres of pixels, without smoothing before they shrink, and moved from [0, 1] to [-1, 1].
 * FIDs compare only with FIDs of the same weights and the same resizing (Parmar et al. 2022).
 * @param folder the SavedModel, in which `saved_model.pb` lies.
 * @throws Error naming the folder when there is no such model in it or the model is another one.
 */
export async function loadInception(folder: string): Promise<FeatureExtractor> {
  const place = resolve(folder);
  if (!existsSync(join(place, "saved_model.pb"))) {
    throw new Error(`${place} holds no TensorFlow SavedModel of Inception-v3: there is no saved_model.pb`);
  }
  const model = await tf.node.loadSavedModel(place);
  const run = (images: tf.Tensor4D): tf.Tensor2D => {
    const features = model.predict(images);
    if (!(features instanceof tf.Tensor)) throw new Error(`${place}: the model has several outputs, want one`);
    if (features.shape.length !== 2 || features.shape[0] !== images.shape[0] || features.shape[1] !== size) {
      throw new Error(
        `${place}: the model gives [${features.shape}] for ${images.shape[0]} images, want [${images.shape[0]}, ${size}]`,
      );
    }
    return features as tf.Tensor2D;
  };
  try {
    if (model.inputs.length !== 1) throw new Error(`${place}: the model has ${model.inputs.length} inputs, want one`);
    tf.tidy(() => {
      run(tf.zeros([2, side, side, 3]));
    });
  } catch (error) {
    model.dispose();
    throw error;
  }
  return {
    name: inceptionName,
    size,
    extract(images) {
      requireColour(images);
      return tf.tidy(() => {
        const resized = tf.image.resizeBilinear(images, [side, side], false, true);
        return run(resized.mul<tf.Tensor4D>(2).sub(1));
      });
    },
    dispose: () => model.dispose(),
  };
}

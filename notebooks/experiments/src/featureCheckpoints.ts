import { type CheckpointName, checkpointFile } from "ddpm-dip/ddpm";
import {
  type FeatureExtractor,
  loadClassifier,
  loadImagenetFeatures,
  loadPerceptual,
  type PerceptualDistance,
} from "ddpm-dip/metrics";

/** Loads a classifier. @throws as `openCheckpoint`. */
export function openClassifier(checkpoint: CheckpointName): FeatureExtractor {
  return loadClassifier(checkpointFile(checkpoint));
}

/** Loads the network of ImageNet. @throws as `openCheckpoint`. */
export function openImagenetFeatures(checkpoint: CheckpointName): FeatureExtractor {
  return loadImagenetFeatures(checkpointFile(checkpoint));
}

/** Loads the network of the perceptual distance. @throws as `openCheckpoint`. */
export function openPerceptual(checkpoint: CheckpointName): PerceptualDistance {
  return loadPerceptual(checkpointFile(checkpoint));
}

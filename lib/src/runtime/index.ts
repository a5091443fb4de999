export type { NativeAttribute } from "./backend";
export { nativeTypes, runNative, tensorflowVersion, tf, usesGpu } from "./backend";
export { bytesOfUri, dataUri } from "./dataUri";
export { sha256 } from "./digest";
export type { MediaBundle } from "./display";
export { displayBundle, inNotebook, openDisplay } from "./display";
export {
  bsd400Place,
  cacheFolder,
  cbsd68Folder,
  checkpointsFolder,
  cifar10Folder,
  dataFolder,
  figuresFolder,
  paperImagesFolder,
  projectFolder,
  resultsFolder,
  set14Folder,
} from "./folders";
export { usesKernels } from "./kernels";
export { lockFolder } from "./lockFolder";
export { lookUp } from "./lookUp";
export { escapeHtml, escapeMarkdown } from "./markup";
export { peakResidentMiB } from "./memory";
export type { Progress } from "./progress";
export { openProgress } from "./progress";
export type { RandomStream, SeedRole } from "./random";
export { openStream } from "./random";
export type { Engine, Feed, Recording, Step, StepInput } from "./recording";
export { defineStep, record, updateVariables } from "./recording";
export { requireCounts, requireNotNegative, requireNumbers, requirePositive, requireWithin } from "./requireNumbers";
export type { Checkpoint, StoredPrecision } from "./safetensors";
export { decodeSafetensors, encodeSafetensors, namedTensor, readCheckpoint, writeCheckpoint } from "./safetensors";
export { listenForStop } from "./stopSignals";
export { whyOf } from "./whyOf";
export { writeWhole } from "./writeWhole";

export { type NativeAttributes, runNative, tensorflowVersion, tf, usesGpu } from "./backend";
export { bytesOfUri, dataUri } from "./dataUri";
export { sha256 } from "./digest";
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
export { paddings } from "./paddings";
export { openProgress, type Progress } from "./progress";
export { openStream, type RandomStream } from "./random";
export { defineStep, type Engine, type Recording, record, type Step, updateVariables } from "./recording";
export { requireCounts, requireNotNegative, requirePositive, requireWhole, requireWithin } from "./requireNumbers";
export {
  type Checkpoint,
  decodeSafetensors,
  encodeSafetensors,
  namedTensor,
  readCheckpoint,
  type StoredPrecision,
  writeCheckpoint,
} from "./safetensors";
export { listenForStop } from "./stopSignals";
export { whyOf } from "./whyOf";
export { writeWhole } from "./writeWhole";

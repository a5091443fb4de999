export { openPrior } from "./openPrior";
export { restore } from "./restore";
export type { RestoreImageOptions } from "./restoreImage";
export { restoreImage } from "./restoreImage";
export type { RestorationPrior, RestorationTask, Restored, RestoreOptions, RestoreProgress } from "./task";

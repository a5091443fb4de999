export { restore } from "./restore";
export type { RestorationChoice, RestoreImageOptions } from "./restoreImage";
export { beginRestoration, restoreImage } from "./restoreImage";
export type { Effort, RestorationKind, RestoreSettings } from "./settings";
export { priorsOf, settingsOf } from "./settings";
export type { RestorationTask, Restored, RestoreOptions, RestoreProgress } from "./task";

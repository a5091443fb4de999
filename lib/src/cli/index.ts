export { choosePhotos, describePhotos, disposePhotos, previewRows, restorePhotos } from "./inNotebook";
export type { RestoredPhoto } from "./restorePhoto";
export { tellError } from "./results";
export { defaultSettings, type Settings } from "./settings";

export { choosePhotos, describePhotos, disposePhotos, previewRows, restorePhotos } from "./inNotebook";
export { tellError } from "./results";
export { defaultSettings, type Settings } from "./settings";

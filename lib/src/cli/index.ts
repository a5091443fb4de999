export { colourGrey, greyAgain } from "./greyPhoto";
export type { ChosenPhoto, ShownPhoto } from "./inNotebook";
export { choosePhotos, describePhotos, disposePhotos, previewRows, restorePhotos } from "./inNotebook";
export type { RestoredPhoto, RestorePhotoOptions } from "./restorePhoto";
export { restorePhoto } from "./restorePhoto";
export { tellError } from "./results";
export type { PhotoTask, Settings } from "./settings";
export { checkSettings, defaultSettings } from "./settings";

export { colourGrey, greyAgain } from "./greyPhoto";
export type { RestoredPhoto, RestorePhotoOptions } from "./restorePhoto";
export { restorePhoto } from "./restorePhoto";
export type { PhotoTask, Settings } from "./settings";
export { checkSettings, defaultSettings, efforts } from "./settings";

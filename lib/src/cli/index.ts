export { colourGrey, greyAgain } from "./greyPhoto";
export {
  type ChosenPhoto,
  choosePhotos,
  describePhotos,
  disposePhotos,
  previewRows,
  restorePhotos,
  type ShownPhoto,
} from "./inNotebook";
export { type RestoredPhoto, type RestorePhotoOptions, restorePhoto } from "./restorePhoto";
export { tellError } from "./results";
export { checkSettings, defaultSettings, type PhotoTask, type Settings } from "./settings";

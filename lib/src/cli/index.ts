export {
  type ChosenPhoto,
  choosePhotos,
  describePhotos,
  disposePhotos,
  previewRows,
  restorePhotos,
  type ShownPhoto,
} from "./inNotebook";
export type { RestoredPhoto } from "./restorePhoto";
export { tellError } from "./results";
export { defaultSettings, type Settings } from "./settings";

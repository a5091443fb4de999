export type { ClassifierOptions } from "./classifier";
export { trainClassifier } from "./classifier";
export { importTraining } from "./importTraining";
export type { TrainingLog } from "./log";
export { readTrainingLog } from "./log";
export type { RunTrainingOptions, TrainingProgress } from "./runTraining";
export { runTraining, trainingFiles } from "./runTraining";
export type { TrainingSpec } from "./spec";
export { storedPrecision, trainings } from "./spec";

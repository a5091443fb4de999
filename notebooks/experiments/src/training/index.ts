export { trainingFiles } from "ddpm-dip/ddpm";
export { trainClassifier } from "./classifier";
export { importTraining } from "./importTraining";
export { readTrainingLog, type TrainingLog } from "./log";
export { runTraining, type TrainingProgress } from "./runTraining";
export { storedPrecision, type TrainingSpec, trainings } from "./spec";

export type { Costs } from "./costs";
export { readCosts } from "./costs";
export type { SamplesHeadline } from "./samples";
export { compareSamples } from "./samples";
export type { TrainingHeadline } from "./trainings";
export { compareTrainings } from "./trainings";

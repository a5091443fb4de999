export type { TrainingOutcome } from "./results";
export { trainingOutcomes } from "./results";

export type { EqualTime, TimeToQuality } from "./acceleration";
export { equalTime, timeToQuality } from "./acceleration";
export type { Costs } from "./costs";
export { readCosts } from "./costs";
export { guidanceGain, networkGains } from "./descents";
export type { SamplesHeadline } from "./samples";
export { compareSamples } from "./samples";
export type { TrainingHeadline } from "./trainings";
export { compareTrainings } from "./trainings";

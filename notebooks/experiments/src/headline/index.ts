export type { AgainstLongFit, EqualTime, OverSpread, TimeToQuality } from "./acceleration";
export { againstLongFit, equalTime, overSpread, timeToQuality } from "./acceleration";
export type { Costs } from "./costs";
export { readCosts } from "./costs";
export { guidanceGain, networkGains } from "./descents";
export type { SamplesHeadline } from "./samples";
export { compareSamples } from "./samples";
export type { TrainingHeadline } from "./trainings";
export { compareTrainings } from "./trainings";

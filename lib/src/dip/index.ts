export type { DipObservation, FitDipOptions } from "./fitDip";
export { fitDip } from "./fitDip";
export type { SkipNetworkOptions } from "./skipNetwork";
export { createSkipNetwork } from "./skipNetwork";
export type { PatienceOptions, StoppingRule } from "./stopping";
export { stopAfterPatience } from "./stopping";
export type { WindowedVariance } from "./windowedVariance";
export { followWindowedVariance } from "./windowedVariance";

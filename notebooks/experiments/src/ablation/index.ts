export { denoisingEffects, readingEffects, returnedBy } from "./denoising";
export type { Effect, PairedQuality } from "./effects";
export { effectOf, isDecided, pairByCell, sortEffects } from "./effects";
export type { DescentVariant } from "./restoring";
export { restoringEffects } from "./restoring";

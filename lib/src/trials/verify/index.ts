export type { Difference, Tolerance } from "./compareRecords";
export { compareRecords, exactTolerance, isRepeatable, toleranceFor } from "./compareRecords";
export type { Drawable } from "./drawTrials";
export { drawTrials } from "./drawTrials";
export type { Verdict, VerifyOptions } from "./verifyTrial";
export { madeAlike, verifyTrial } from "./verifyTrial";

export { compareRecords, type Difference, exactTolerance, isRepeatable, toleranceFor } from "./compareRecords";
export { drawTrials } from "./drawTrials";
export { madeAlike, type Verdict, verifyTrial } from "./verifyTrial";

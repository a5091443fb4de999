export { curriculumTable } from "./curriculum";
export { effectsOver } from "./effects";
export type { Paired, Row } from "./frames";
export { frameOf, onSharedImages, pair, rowsOf, select, stack, summarise, where } from "./frames";
export { gainsBySet, gainsOver, showGain } from "./gains";
export { calibration, partsFrame, partsTable } from "./restored";
export { oracleTitle, pairTitle, returnedImages, showStops, stopsFrame, stopsTitles, summariseStops } from "./stops";
export { networksTable, ofTask, paperTable, showRange, tasksTable } from "./tasks";
export { baselinesTable, effectsStyle, effectsTable, showEffects, tuningFrame, variantsFrame } from "./variants";

export { effectsOver } from "./effects";
export type { Paired, Row } from "./frames";
export { frameOf, onSharedImages, pair, rowsOf, select, stack, summarise } from "./frames";
export { gainsOver } from "./gains";
export { oracleTitle, pairTitle, returnedImages, showStops, stopsFrame, stopsTitles, summariseStops } from "./stops";
export { networksTable, ofTask, paperTable, showRange, tasksTable } from "./tasks";
export { baselinesTable, variantsFrame } from "./variants";

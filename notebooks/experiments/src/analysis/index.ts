export { effectsOver } from "./effects";
export type { Paired, Row } from "./frames";
export { frameOf, onSharedImages, pair, rowsOf, select, stack, summarise } from "./frames";
export { gainsOver } from "./gains";
export { oracleTitle, stopsFrame, summariseStops } from "./stops";
export { baselinesTable, variantsFrame } from "./variants";

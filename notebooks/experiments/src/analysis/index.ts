export type { Choice, LineStyle } from "./acceleration";
export {
  accelerationTable,
  choose,
  durationsOf,
  mostEvaluations,
  qualityLines,
  qualityTable,
  tasksOf,
} from "./acceleration";
export type { Contrast } from "./budget";
export { bestInTime, budgetGains, budgetTable, gainMatrix, showQuality } from "./budget";
export { cropSamplersTable, samplerTuningTable } from "./cropSamplers";
export { cropChoices, cropStyles, riskRatios } from "./cropStarts";
export { curriculumTable } from "./curriculum";
export {
  bestRestorers,
  countRuns,
  denoisingTable,
  nameEta,
  restorationCurves,
  restorationRows,
  restorationsFrame,
  variantColumns,
} from "./diffusion";
export { effectsOver } from "./effects";
export { fillInTable } from "./fillIns";
export type { Paired, Row } from "./frames";
export { frameOf, onSharedImages, pair, rowsOf, select, stack, summarise, where } from "./frames";
export { gainsBySet, gainsOver, showGain } from "./gains";
export {
  bestSamples,
  classPictures,
  generatorsTable,
  nearestPictures,
  samplersTable,
  trainingsTable,
  validationCurve,
} from "./generation";
export { noiseKindsFrame, noiseKindsTable } from "./noiseKinds";
export type { PairedGain } from "./pairedGain";
export { bestSettings, overImages, pairedGain } from "./pairedGain";
export type { ChosenStart, Restoration } from "./restorations";
export { chosenOnCrops, chosenOnPhotos, priceAlike, readRestorations, titleOf } from "./restorations";
export type { Halves } from "./restored";
export {
  calibration,
  gainByImage,
  halvesAlone,
  ingredientTable,
  meansAlone,
  partsFrame,
  partsTable,
  partTitles,
  priorStrengthTable,
  stackersTable,
  stackTable,
  withHalves,
} from "./restored";
export { showIntervals, showRange } from "./showRange";
export { startEffects } from "./startEffects";
export { guidanceGains, guidanceTable } from "./startGuidance";
export { levelSurface, startRuleTable } from "./startLevels";
export { startNetworksTable } from "./startNetworks";
export { galleryRow } from "./startPictures";
export { samplePictures, samplesLines, samplesTable } from "./startSamples";
export { startInputsTable, startSettingsTable } from "./startSettings";
export { digitsOf, shortHeads, shortTitle } from "./startTrials";
export { oracleTitle, pairTitle, returnedImages, showStops, stopsFrame, stopsTitles, summariseStops } from "./stops";
export { networksTable, ofTask, paperTable, tasksTable } from "./tasks";
export type { MethodGroup } from "./timeToQuality";
export { isControl, isDipAlone, timeMatrix, timeToQuality } from "./timeToQuality";
export { secondsPerStep, trainingLines, trainingTable } from "./trainings";
export { baselinesTable, effectsStyle, effectsTable, showEffects, tuningFrame, variantsFrame } from "./variants";

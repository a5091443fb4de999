export type { StepInput } from "./graph";
export type { Engine, Feed, Recording, Step } from "./record";
export { defineStep, record } from "./record";
export { updateVariables } from "./trace";

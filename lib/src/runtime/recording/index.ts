export type { Feed } from "./feeds";
export type { StepInput } from "./graph";
export { defineStep, type Engine, type Recording, record, type Step } from "./record";
export { updateVariables } from "./trace";

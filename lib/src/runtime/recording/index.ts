export type { Feed } from "./feeds";
export type { StepInput } from "./graph";
export type { Engine, Recording, Step } from "./record";
export { defineStep, record } from "./record";
export { updateVariables } from "./trace";

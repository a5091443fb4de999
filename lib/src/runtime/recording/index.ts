export { defineStep, type Engine, type Recording, record, type Step } from "./record";
export { updateVariables } from "./trace";

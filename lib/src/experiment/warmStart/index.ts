export type { DescentResult, Priced } from "./results";
export { bestWithin, courseOf, descentsOf, nameRestoration, secondsTo } from "./results";

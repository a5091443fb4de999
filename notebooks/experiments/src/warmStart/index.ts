export type { DescentResult, Priced } from "./results";
export { bestWithin, courseOf, coursesOf, descentsOf, nameRestoration } from "./results";
export { leastVariation } from "./totalVariation";

export type { DescentResult, Priced } from "./results";
export { bestOnMean, bestWithin, courseOf, coursesOf, descentsOf, nameRestoration, secondsTo } from "./results";

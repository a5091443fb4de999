export type { DescentResult, Priced } from "./results";
export { bestWithin, courseOf, coursesOf, descentsOf, nameRestoration, secondsTo } from "./results";

export type { DescentResult } from "./results";
export { courseOf, descentsOf, nameRestoration } from "./results";

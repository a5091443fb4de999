export { toldFactors } from "./contestants";
export type { Result } from "./results";
export { resultsOf, stopsOfPair } from "./results";
export type { Contestant } from "./roster";
export { contestant, oracle, roster } from "./roster";
export type { Duel, Standing, Stop } from "./standing";
export { compareStops, nameNoise, standingOf, stopsOf } from "./standing";

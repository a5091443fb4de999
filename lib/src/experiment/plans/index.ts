export { planOverfit } from "./overfit";
export { planShortTraining } from "./shortTraining";
export { chosenBalance, planSplitBalance, planSplitStopping, splitBalances } from "./splitStopping";

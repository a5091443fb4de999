/** The kinds of training that the stopping criteria want. */
export const trainings = ["plain", "held-out-2", "held-out-10", "pseudo-noise", "sure", "split"] as const;

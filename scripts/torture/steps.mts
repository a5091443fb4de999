import { growthOver, openTraining } from "../../lib/test/runtime/recording/growth.js";

/** 100,000 recorded steps of training. @throws Error where a tensor or memory is left. @returns what was measured. */
export function countSteps(count = 100_000): string {
  const training = openTraining();
  const { tensors, residentMiB } = growthOver(count, count / 10, training.step);
  training.dispose();
  // One tensor of 1 KiB kept a step would be 88 MiB.
  if (tensors !== 0 || residentMiB > 16) {
    throw new Error(
      `${count} steps: ${tensors} tensors and ${residentMiB.toFixed(1)} MiB more, want none and 16 at most`,
    );
  }
  return `${count} steps: no tensor more, ${residentMiB.toFixed(1)} MiB`;
}

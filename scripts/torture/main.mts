import { sum } from "simple-statistics";
import { growthOver, openTraining } from "../../lib/test/runtime/recording/growth.js";
import { runMain } from "../setup/runMain.mjs";
import { openDraws, runCampaign } from "./campaign.mjs";
import { victims } from "./victims.mjs";

/** What npm run torture was asked for, from torture.mjs. */
interface Options {
  minutes: number;
  kills: number;
  seed: string;
  what: (keyof typeof victims | "steps")[];
}

/** 100,000 recorded steps of training. @throws Error where a tensor or memory is left. @returns what was measured. */
function countSteps(count = 100_000): string {
  const training = openTraining();
  const { tensors, residentMiB } = growthOver(count, count / 10, training.step);
  training.dispose();
  // One tensor of 1 KiB kept a step would be 88 MiB.
  if (tensors !== 0 || residentMiB > 16) {
    const grown = `${tensors} tensors and ${residentMiB.toFixed(1)} MiB more`;
    throw new Error(`${count} steps: ${grown}, want none and 16 at most`);
  }
  return `${count} steps: no tensor more, ${residentMiB.toFixed(1)} MiB`;
}

await runMain(async () => {
  const { minutes, kills, seed, what } = JSON.parse(process.argv[2] as string) as Options;
  const named = what.filter((name) => name !== "steps");
  let all = 0;
  for (const name of named) {
    const { kills: own, ends } = await runCampaign(victims[name], {
      draw: openDraws(`${seed} ${name}`),
      until: Date.now() + (60_000 * minutes) / named.length,
      most: Math.ceil(kills / named.length),
    });
    const killed = sum(Object.values(own));
    all += killed;
    const counts = Object.entries(own).map(([signal, count]) => `${signal} ${count}`);
    console.log(
      `${name}: ${killed} kills (${counts.join(", ")}), ${ends} runs to their end, nothing lost or half-read`,
    );
  }
  if (named.length > 1) console.log(`all: ${all} kills, nothing lost or half-read`);
  if (what.includes("steps")) console.log(countSteps());
  return 0;
});

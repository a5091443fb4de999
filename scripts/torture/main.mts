import { openDraws, runCampaign } from "./campaign.mjs";
import { pack } from "./pack.mjs";
import { restore } from "./restore.mjs";
import { countSteps } from "./steps.mjs";
import { sweep } from "./sweep.mjs";
import { train } from "./train.mjs";

/** What npm run torture was asked for, from torture.mjs. */
interface Options {
  minutes: number;
  kills: number;
  seed: string;
  what: (keyof typeof victims | "steps")[];
}

const victims = { restore, train, sweep, pack };
const { minutes, kills, seed, what } = JSON.parse(process.argv[2] as string) as Options;

try {
  const named = what.filter((name) => name !== "steps");
  const each = { minutes: minutes / Math.max(1, named.length), kills: Math.ceil(kills / Math.max(1, named.length)) };
  let all = 0;
  for (const name of named) {
    const until = Date.now() + 60_000 * each.minutes;
    const { kills: own, ends } = await runCampaign(victims[name], {
      draw: openDraws(`${seed} ${name}`),
      until,
      most: each.kills,
    });
    const sum = Object.values(own).reduce((total, count) => total + count, 0);
    all += sum;
    const counts = Object.entries(own).map(([signal, count]) => `${signal} ${count}`);
    console.log(`${name}: ${sum} kills (${counts.join(", ")}), ${ends} runs to their end, nothing lost or half-read`);
  }
  if (named.length > 1) console.log(`all: ${all} kills, nothing lost or half-read`);
  if (what.includes("steps")) console.log(countSteps());
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

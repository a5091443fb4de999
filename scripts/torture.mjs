import { readAboveZero, requireSeed } from "./setup/options.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const all = ["restore", "train", "sweep", "pack"];

const help = `Ends tiny runs at random moments by INT, TERM and KILL, lets the same command go on, and looks after each end at what is
there: nothing may be lost, half-read or other than in a run that nobody disturbed, bit by bit.
Exit codes: 0 nothing was, 1 something was, and its folder is kept, 2 wrong usage.

Usage: npm run torture -- [options]

  --minutes N      how long, shared by what is ended (1)
  --kills N        or so many (no limit)
  --what NAMES     with commas: ${all.join(", ")}; steps: 100,000 recorded steps without a tensor left (${all.join(",")})
  --seed N         of the moments and the signals (1)
  --help           this text`;

const options = /** @type {const} */ ({
  minutes: { type: "string", default: "1" },
  kills: { type: "string" },
  what: { type: "string", default: all.join() },
  seed: { type: "string", default: "1" },
});

await runCommand({ help, options }, ({ minutes, kills, what, seed }) => {
  const time = readAboveZero("minutes", minutes);
  if (kills !== undefined && !/^[1-9]\d{0,8}$/.test(kills)) {
    throw new Error(`--kills: got "${kills}", want a whole number above 0`);
  }
  const strange = what.split(",").find((name) => ![...all, "steps"].includes(name));
  if (strange !== undefined) throw new Error(`--what: got "${strange}", want some of ${all.join(", ")}, steps`);
  requireSeed(seed);
  const words = { minutes: time, kills: Number(kills ?? 1e9), what: what.split(","), seed };
  return () => runScript("torture", [JSON.stringify(words)]);
});

import { readOptions } from "./setup/options.mjs";
import { runProgram, runScript, setUp } from "./setup/setUp.mjs";

const help = `Ends the restoring of two tiny photos at random moments by INT, TERM and KILL, lets the same command go on, and compares
the pictures with those of a run that nobody disturbed, bit by bit. Exit codes: 0 all the same, 1 not, 2 wrong usage.

Usage: npm run torture -- [options]

  --minutes N      how long (1)
  --seed N         of the moments and the signals (1)
  --help           this text`;

const options = /** @type {const} */ ({
  minutes: { type: "string", default: "1" },
  seed: { type: "string", default: "1" },
  help: { type: "boolean", default: false },
});

await runProgram(async () => {
  const values = readOptions(options, help, ({ minutes, seed }) => {
    if (!(Number(minutes) > 0)) throw new Error(`--minutes: got "${minutes}", want a number above 0`);
    if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed: got "${seed}", want a whole number`);
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  await setUp();
  return runScript("torture", [values.minutes, values.seed]);
});

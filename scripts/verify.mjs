import { readAboveZero, requireProfile, requireSeed } from "./setup/options.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Checks the digest of every stored trial, then computes a random sample of them again and compares.
Exit codes: 0 all within, 1 a file is damaged, a number is beyond its tolerance or there is nothing to verify, 2 wrong usage,
130 stopped.

Usage: npm run verify -- [options]

  --minutes N      computing time to fill, by what the trials took when they were stored (5)
  --seed N         of the draw: the same seed, store and minutes draw the same trials (1)
  --method NAME    trials of this method only, such as denoiser
  --plan NAME      trials of this plan only, as npm run sweep -- --list names them
  --tolerance DB   of the PSNR of trials that train a network (1)
  --exact          no difference at all for trials stored by a processor of this machine's name
  --digests-only   recompute nothing
  --help           this text`;

const options = /** @type {const} */ ({
  minutes: { type: "string", default: "5" },
  seed: { type: "string", default: "1" },
  method: { type: "string" },
  plan: { type: "string" },
  tolerance: { type: "string" },
  exact: { type: "boolean", default: false },
  "digests-only": { type: "boolean", default: false },
});

await runCommand({ help, options }, ({ minutes, seed, tolerance, "digests-only": digestsOnly, ...others }) => {
  requireProfile(process.env.DDPM_DIP_PROFILE ?? "default", "DDPM_DIP_PROFILE");
  requireSeed(seed);
  const numbers = { minutes: readAboveZero("minutes", minutes), decibels: readAboveZero("tolerance", tolerance) };
  const words = { ...others, ...numbers, digestsOnly, seed: Number(seed) };
  return () => runScript("verify", [JSON.stringify(words)]);
});

import { packTrials, unpackTrials } from "ddpm-dip/trials";

const folder = /** @type {string} */ (process.argv[2]);
/** Trials change their plan from turn to turn. */
for (let turn = 0; ; turn++) {
  const planOf = (/** @type {string} */ key) => `plan${(Number(key.slice(-2)) + turn) % 3}`;
  const work = packTrials(folder, { planOf, isShown: () => true });
  while (!(await work.next()).done);
  if (turn % 3 === 2) await unpackTrials(folder);
  if (turn === 0) process.stdout.write("under way\n");
}

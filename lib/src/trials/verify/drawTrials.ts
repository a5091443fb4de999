import { shuffle } from "simple-statistics";
import { openStream } from "../../runtime";
import type { TrialRecord } from "../record";

/** Start of the process and of the first recording of a trial, which the stored seconds do not hold whole. */
const extraSeconds = 1;

/**
 * Draws stored trials at random until their stored costs fill a time. The methods take turns, so that short trials, of
 * which there are many, do not fill it alone, and none takes more than a quarter of it; among those of a method every trial has
 * the same chance. A trial that does not fit into what is left of the time is passed over.
 * @param seed of the draw: the same seed, trials and seconds draw the same trials.
 * @param seconds to fill, by the trials' stored costs.
 * @returns the drawn trials, the quickest first; at least the quickest of all when none fits.
 * @throws RangeError for seconds that are not above 0.
 */
export function drawTrials<Trial extends Pick<TrialRecord, "key" | "spec" | "costs">>(
  trials: readonly Trial[],
  { seed, seconds }: { seed: number; seconds: number },
): Trial[] {
  if (!(seconds > 0)) throw new RangeError(`seconds: got ${seconds}, want a number above 0`);
  const random = openStream(seed, "sampler", "verify").numbers();
  const costOf = (trial: Trial) => trial.costs.seconds + extraSeconds;
  const sorted = [...trials].sort((a, b) => (a.key < b.key ? -1 : 1));
  const short = sorted.filter((trial) => costOf(trial) <= seconds / 4);
  const methods = shuffle([...new Set(short.map(({ spec }) => spec.method))], random);
  const queues = methods.map((method) =>
    shuffle(
      short.filter(({ spec }) => spec.method === method),
      random,
    ),
  );
  const drawn: Trial[] = [];
  let left = seconds;
  while (queues.some((queue) => queue.length > 0)) {
    for (const queue of queues) {
      // What does not fit now will not fit later either.
      while (queue.length > 0 && costOf(queue[0] as Trial) > left) queue.shift();
      const next = queue.shift();
      if (!next) continue;
      drawn.push(next);
      left -= costOf(next);
    }
  }
  if (drawn.length === 0) drawn.push(...sorted);
  drawn.sort((a, b) => a.costs.seconds - b.costs.seconds);
  return left < seconds ? drawn : drawn.slice(0, 1);
}

import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { whyOf } from "../../runtime";
import { trainingFiles } from "./checkpoints";

/** What is read of the log of a DDPM's training: the errors at each of its validations. */
const trainingLog = z.object({
  validation: z.array(z.object({ levels: z.array(z.object({ t: z.int(), cleanError: z.number() })) })),
});

/**
 * A DDPM's mean squared error of x_0 by level, squared image units, as the last validation of its training measured it.
 * @throws Error when there is no log of it, or a damaged one.
 */
export function readLevelErrors(name: string): { t: number; cleanError: number }[] {
  const { log } = trainingFiles(name);
  const last = existsSync(log) ? parseLog(log).validation.at(-1) : undefined;
  if (!last) throw new Error(`the log of the checkpoint "${name}" (${log}) holds no validation`);
  return last.levels.map(({ t, cleanError }) => ({ t, cleanError: Number(cleanError.toPrecision(4)) }));
}

function parseLog(file: string): z.infer<typeof trainingLog> {
  try {
    return trainingLog.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(`the training log ${file} is damaged: ${whyOf(error)}`);
  }
}

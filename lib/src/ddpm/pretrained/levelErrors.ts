import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { ffdnetLargestSigma } from "../ffdnet";
import { lastLevelWithin } from "../gaussianDenoiser";
import { matchLevel } from "../schedule";
import { nameCheckpoint, openSchedule } from "./checkpoints";
import { trainingFiles } from "./files";
import { expertPriors } from "./priorNames";

/** A prior's mean squared error of x_0 at a level, squared image units. */
interface LevelError {
  t: number;
  cleanError: number;
}

/** What is read of the log of a DDPM's training: the errors at each of its validations. */
const ddpmErrors = z.object({
  validation: z.array(z.object({ levels: z.array(z.object({ t: z.int(), cleanError: z.number() })) })),
});

/** A denoiser's errors by noise level, image units, beside its checkpoint: `scripts/priors/measureFfdnet.mts` writes them. */
const sigmaErrors = z.object({
  errors: z.array(z.object({ sigma: z.number().positive(), cleanError: z.number().positive() })).min(1),
});

/**
 * A prior's error by level: a DDPM's as the last validation of its training measured it, FFDNet's as measured on the same images.
 * @throws Error when there is no log of it.
 */
export function readLevelErrors(name: string): LevelError[] {
  const experts = expertPriors[name];
  if (!experts) return readDdpmErrors(name);
  const schedule = openSchedule(nameCheckpoint(experts.ddpm));
  const last = lastLevelWithin(schedule, ffdnetLargestSigma);
  const below = readSigmaErrors(experts.ffdnet).map(({ sigma, cleanError }) => ({
    t: matchLevel(schedule, 4 * sigma ** 2),
    cleanError,
  }));
  return [...below.filter(({ t }) => t <= last), ...readDdpmErrors(experts.ddpm).filter(({ t }) => t > last)];
}

function readDdpmErrors(name: string): LevelError[] {
  const { log } = trainingFiles(name);
  const last = existsSync(log) ? parseLog(log, ddpmErrors, "training log").validation.at(-1) : undefined;
  if (!last) throw new Error(`the log of the checkpoint "${name}" (${log}) holds no validation`);
  return last.levels.map(({ t, cleanError }) => ({ t, cleanError: Number(cleanError.toPrecision(4)) }));
}

function readSigmaErrors(name: string): z.infer<typeof sigmaErrors>["errors"] {
  const { log } = trainingFiles(name);
  if (!existsSync(log)) throw new Error(`the log of the checkpoint "${name}" (${log}) is missing`);
  return parseLog(log, sigmaErrors, "log").errors;
}

function parseLog<Log>(file: string, schema: z.ZodType<Log>, kind: string): Log {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(`the ${kind} ${file} is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

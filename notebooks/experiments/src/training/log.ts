import { existsSync, readFileSync } from "node:fs";
import { whyOf, writeWhole } from "ddpm-dip/runtime";
import { z } from "zod";
import { trainingSchema } from "./spec";

const levelLoss = z.strictObject({ t: z.int(), loss: z.number(), cleanError: z.number() });

/** What a training has shown so far; kept beside its checkpoint. */
const trainingLogSchema = z.strictObject({
  spec: trainingSchema,
  /** Mean loss over the steps since the reading before. */
  loss: z.array(z.strictObject({ step: z.int(), loss: z.number() })),
  /** Validation per level, by the averaged weights. */
  validation: z.array(z.strictObject({ step: z.int(), seconds: z.number(), levels: z.array(levelLoss) })),
  /** Spent in steps, validation and start-up left out. */
  seconds: z.number(),
  /** Share of that in which the engine waited for data. */
  dataShare: z.number(),
  parameters: z.int(),
  data: z.string(),
  licence: z.string(),
  machine: z.string(),
  /** What trained it: this engine where left out, or its twin in PyTorch (scripts/priors/train.py). */
  trainer: z.literal("pytorch").optional(),
  finished: z.boolean(),
});

export type TrainingLog = z.infer<typeof trainingLogSchema>;

/** Reads a log. @throws Error naming the file when it is damaged. @returns undefined when there is none. */
export function readTrainingLog(file: string): TrainingLog | undefined {
  return existsSync(file) ? parseTrainingLog(readFileSync(file, "utf8"), file) : undefined;
}

/** The log that a text is. @throws Error naming the file when it is damaged. */
export function parseTrainingLog(text: string, file: string): TrainingLog {
  try {
    return trainingLogSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`the training log ${file} is damaged: ${whyOf(error)}`);
  }
}

export async function writeTrainingLog(file: string, log: TrainingLog): Promise<void> {
  await writeWhole(file, `${JSON.stringify(log)}\n`);
}

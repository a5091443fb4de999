import type { Parameters } from "../../nn";
import { readCheckpoint, tf, writeCheckpoint } from "../../runtime";

/** The parts of a training, each a set of named variables. */
export type TrainingState = Record<string, Parameters>;

const entriesOf = (state: TrainingState): [string, tf.Variable][] =>
  Object.entries(state).flatMap(([part, variables]) =>
    Object.entries(variables).map(([name, variable]): [string, tf.Variable] => [`${part}/${name}`, variable]),
  );

/** Writes a training's state as safetensors, with what else is to be known of the same moment. */
export async function saveState(
  file: string,
  state: TrainingState,
  { step, seed, notes = {} }: { step: number; seed: number; notes?: Record<string, string> },
): Promise<void> {
  const metadata = { ...notes, kind: "ddpm-training", step: String(step), seed: String(seed) };
  await writeCheckpoint(file, { tensors: Object.fromEntries(entriesOf(state)), metadata });
}

/** What was written beside a saved state. @throws Error naming the file when it is damaged. */
export function readStateNotes(file: string): Record<string, string> {
  const { tensors, metadata } = readCheckpoint(file);
  tf.dispose(tensors);
  return metadata;
}

/**
 * Puts a saved state back into the variables of a training.
 * @returns the step that it was saved after.
 * @throws Error naming the file when it is damaged, no training, or of another network or seed.
 */
export function restoreState(file: string, state: TrainingState, { seed }: { seed: number }): number {
  const { tensors, metadata } = readCheckpoint(file);
  try {
    const fail = (why: string): never => {
      throw new Error(`${file} cannot be resumed: ${why}`);
    };
    if (metadata.kind !== "ddpm-training") return fail("it holds no training");
    if (metadata.seed !== String(seed)) return fail(`it has the seed ${metadata.seed}, not ${seed}`);
    const entries = entriesOf(state);
    for (const [name, variable] of entries) {
      const saved = tensors[name];
      if (saved?.shape.join() !== variable.shape.join()) {
        return fail(`"${name}" is ${saved ? `[${saved.shape}]` : "missing"}, want [${variable.shape}]`);
      }
    }
    for (const [name, variable] of entries) variable.assign(tensors[name] as tf.Tensor);
    return Number(metadata.step);
  } finally {
    tf.dispose(tensors);
  }
}

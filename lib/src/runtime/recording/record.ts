import { tf } from "../backend";
import { whyOf } from "../whyOf";
import { compareTraces, type DifferingConstant } from "./compareTraces";
import { checkFeeds, type Feed } from "./feeds";
import { freeBatch, trialBatches } from "./freeBatch";
import type { ConstantValue, StepInput, Trace } from "./graph";
import { openProgram, type Program } from "./program";
import { traceFunction } from "./trace";

/** How steps run: recorded into a native graph, or op by op, which is the reference. */
export type Engine = "recorded" | "eager";

/** A function of tensors, and of the variables that it reads and assigns, with the shapes of what it is fed. */
export interface Step<Input extends string = string, Output extends string = string> {
  inputs: Readonly<Record<Input, StepInput>>;
  run(inputs: Record<Input, tf.Tensor>): Record<Output, tf.Tensor>;
}

type InputOf<S> = S extends Step<infer Input, infer _> ? Input : never;
type OutputOf<S> = S extends Step<infer _, infer Output> ? Output : never;

/** Steps over the same variables, ready to run. */
export interface Recording<Steps extends Record<string, Step>> {
  /**
   * Runs a step once: computes its outputs and moves the variables.
   * @param feeds one tensor an input, of the shape and type that the step named; a number for a scalar.
   * @returns the outputs, owned by the caller.
   * @throws RangeError when a feed does not fit; Error naming the op when TensorFlow refuses; Error after `dispose`.
   */
  run<Name extends keyof Steps & string>(
    name: Name,
    feeds: Record<InputOf<Steps[Name]>, Feed>,
  ): Record<OutputOf<Steps[Name]>, tf.Tensor>;
  /** Brings the values of the variables back from the graph, where they live while steps run. */
  read(): void;
  /** Sends the values of the variables to the graph, after they were assigned outside of it. */
  write(): void;
  /** Frees the graph. The variables stay, with the values of the last `read`. */
  dispose(): void;
}

/** Names the inputs of a step and what it does with them. */
export function defineStep<Input extends string, Output extends string>(
  inputs: Readonly<Record<Input, StepInput>>,
  run: (inputs: Record<Input, tf.Tensor>) => Record<Output, tf.Tensor>,
): Step<Input, Output> {
  return { inputs, run };
}

/**
 * Records steps into one TensorFlow graph that runs each of them as a single native call, several times faster than
 * op by op. A step is an ordinary function of tensors: whatever it does to `tf.variable`s (read, assign, optimise by
 * `variableGrads`) the graph does, on its own copies, which all steps of a recording share and `read` brings back.
 * Each step runs a few times while it is recorded, with zeros for its inputs; the variables are put back after that.
 * @param engine `eager` runs the functions as they are, with the same checks of what is fed.
 * @throws Error naming the op when a step would freeze what may change: a value read in JavaScript, a random number
 *   or a counter of JavaScript, a tensor from outside that is neither an input nor a variable; when a step is being
 *   recorded or run already.
 */
export function record<Steps extends Record<string, Step>>(
  steps: Steps,
  { engine = "recorded" }: { engine?: Engine } = {},
): Recording<Steps> {
  let running = "";
  let program: Program | undefined;
  let disposed = false;
  const guard = <T>(name: string, work: () => T): T => {
    if (disposed) throw new Error(`${name}: the recording was disposed of`);
    if (running) throw new Error(`${name}: the step "${running}" is running; steps run one after the other`);
    running = name;
    try {
      return work();
    } finally {
      running = "";
    }
  };
  if (engine === "recorded") {
    const traces = Object.entries(steps).map(([name, step]) => [name, recordStep(name, step)] as const);
    program = openProgram(Object.fromEntries(traces));
  }
  return {
    run: (name, feeds) =>
      guard(name, () => {
        const step = steps[name];
        if (!step) throw new RangeError(`no step "${name}", want ${Object.keys(steps).join(", ")}`);
        return tf.tidy(() => {
          const fed = checkFeeds(name, step.inputs, feeds);
          return program ? program.run(name, fed) : copyInputs(step.run(fed), fed);
        }) as never;
      }),
    read: () => guard("read", () => program?.read()),
    write: () => guard("write", () => program?.write()),
    dispose() {
      if (running) throw new Error(`dispose: the step "${running}" is running`);
      program?.close();
      program = undefined;
      disposed = true;
    },
  };
}

/** Records a step several times and keeps what does not depend on when that was. */
function recordStep(name: string, step: Step): Trace {
  const free = Object.values(step.inputs).some(({ shape }) => shape[0] === null);
  const batches = free ? trialBatches : [1, 1];
  try {
    const traces = batches.map((batch) => traceFunction(step.run, step.inputs, batch)) as [Trace, ...Trace[]];
    const differing = compareTraces(traces);
    if (free) freeBatch(traces[0], differing);
    else refuseDiffering(differing);
    return traces[0];
  } catch (error) {
    throw new Error(`the step "${name}" cannot be recorded: ${whyOf(error)}`, { cause: error });
  }
}

function refuseDiffering([first]: readonly DifferingConstant[]): void {
  if (!first) return;
  const [a, b] = first.values as [ConstantValue, ConstantValue];
  throw new Error(
    a.shape.join() === b.shape.join()
      ? `${first.users[0]}: uses a value made in JavaScript that is another each time the step is recorded (a random ` +
          "draw, a counter, the time) and would be frozen; make it an input, or draw it from a random stream"
      : `${first.users[0]}: uses a tensor whose shape is another each time the step is recorded`,
  );
}

/** An output that is a feed itself would be freed with it. */
function copyInputs(outputs: Record<string, tf.Tensor>, fed: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const owned = new Set<tf.Tensor>(Object.values(fed));
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [
      name,
      owned.has(tensor) || tensor instanceof tf.Variable ? tensor.clone() : tensor,
    ]),
  );
}

import { requirePositive, tf } from "../runtime";
import type { Parameters } from "./parameters";

/** Gradients by the names of their parameters; a parameter that the loss does not depend on has none. */
export type Gradients = Record<string, tf.Tensor>;

/** What a loss function returns: the loss, and what else of the forward pass is wanted. */
export type Evaluation = { loss: tf.Scalar } & Record<string, tf.Tensor>;

/** A learning rate: fixed, or a function of the iteration, as a float32 scalar counted from 1. */
export type LearningRate = number | ((iteration: tf.Scalar) => tf.Scalar);

/** An optimiser over the parameters it was made for. Its calls may stand in a recorded step. */
export interface Optimizer {
  /**
   * Evaluates a loss and moves the parameters one step against its gradient.
   * @param iteration counted from 1.
   * @returns what `evaluate` returned, from before the step.
   */
  minimize<T extends Evaluation>(evaluate: () => T, iteration: tf.Tensor | number): T;
  /** What the optimiser remembers, by name, for a checkpoint. */
  readonly state: Parameters;
  /** Frees what the optimiser remembers; the parameters stay. */
  dispose(): void;
}

/** The rule of one optimiser: moves one parameter. */
export interface UpdateRule {
  state: Parameters;
  /** Computes once a step what all parameters share. @param iteration float32, from 1. */
  prepare(iteration: tf.Scalar): (name: string, parameter: tf.Variable, gradient: tf.Tensor) => void;
}

/** Makes an optimiser of its rule. @throws RangeError when `clipNorm` is not above 0. */
export function createOptimizer(parameters: Parameters, rule: UpdateRule, clipNorm?: number): Optimizer {
  if (clipNorm !== undefined) requirePositive({ clipNorm });
  return {
    state: rule.state,
    minimize: (evaluate, iteration) =>
      tf.tidy(() => {
        const { evaluation, gradients } = findGradients(parameters, evaluate);
        const count = typeof iteration === "number" ? tf.scalar(iteration) : iteration.cast("float32");
        const update = rule.prepare(count as tf.Scalar);
        const scaled = clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm);
        for (const [name, gradient] of Object.entries(scaled)) update(name, parameters[name] as tf.Variable, gradient);
        return evaluation;
      }),
    dispose: () => tf.dispose(Object.values(rule.state)),
  };
}

/** Evaluates a loss and its gradient in the parameters, within a `tf.tidy`. */
function findGradients<T extends Evaluation>(
  parameters: Parameters,
  evaluate: () => T,
): { evaluation: T; gradients: Gradients } {
  const kept: Record<string, tf.Tensor> = {};
  const { value, grads } = tf.variableGrads(() => {
    const { loss, ...others } = evaluate();
    // The tape frees all but the loss and the gradients.
    for (const [name, tensor] of Object.entries(others)) kept[name] = tf.keep(tensor.clone());
    return loss;
  }, Object.values(parameters));
  const evaluation: Record<string, tf.Tensor> = { loss: value };
  for (const [name, tensor] of Object.entries(kept)) {
    evaluation[name] = tensor.clone();
    tensor.dispose();
  }
  const gradients = Object.entries(parameters).flatMap(([name, variable]) => {
    const gradient = grads[variable.name];
    return gradient ? [[name, gradient] as const] : [];
  });
  return { evaluation: evaluation as T, gradients: Object.fromEntries(gradients) };
}

/** Scales gradients by min(1, limit / norm), the norm taken over all of them (Pascanu et al. 2013). */
export function clipByGlobalNorm(gradients: Gradients, limit: number): Gradients {
  return tf.tidy(() => {
    const squares = Object.values(gradients).map((gradient) => gradient.square().sum());
    const norm = tf.addN(squares).sqrt();
    const scale = tf.minimum(1, tf.div(limit, norm.add(1e-6)));
    return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, gradient.mul(scale)]));
  });
}

/** Zeros of the shape of each parameter, under its name and a suffix: what a rule remembers of it. */
export function rememberFor(parameters: Parameters, suffix: string): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => [
      `${name}.${suffix}`,
      tf.tidy(() => tf.variable(tf.zeros(shape), false)),
    ]),
  );
}

/** The learning rate at an iteration, as a scalar. */
export function rateAt(learningRate: LearningRate, iteration: tf.Scalar): tf.Scalar {
  return typeof learningRate === "number" ? tf.scalar(learningRate) : learningRate(iteration);
}

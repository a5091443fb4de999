import { lookUp, tf } from "../runtime";
import { posterior } from "./forwardProcess";
import { alphaBarAt, type NoiseSchedule } from "./schedule";

/** Half of one of 256 grey values in model range. */
const halfBin = 1 / 255;

/** Everything of a Gaussian step from t to t - 1 that does not depend on the image, at each t; index 0 unused. */
export interface StepTables {
  cleanWeight: number[];
  noisyWeight: number[];
  /** Logarithm of the posterior's variance, that of t = 2 at t = 1, where it would be infinite. */
  logSmall: number[];
  /** Logarithm of beta. */
  logLarge: number[];
}

/** The tables of a schedule. */
export function stepTables(schedule: NoiseSchedule): StepTables {
  const tables: StepTables = { cleanWeight: [0], noisyWeight: [0], logSmall: [0], logLarge: [0] };
  for (let t = 1; t <= schedule.steps; t++) {
    const { cleanWeight, noisyWeight } = posterior(schedule, t);
    const { variance } = posterior(schedule, Math.min(schedule.steps, Math.max(2, t)));
    tables.cleanWeight.push(cleanWeight);
    tables.noisyWeight.push(noisyWeight);
    tables.logSmall.push(Math.log(schedule.steps > 1 ? variance : (schedule.beta[1] as number)));
    tables.logLarge.push(Math.log(1 - alphaBarAt(schedule, t) / alphaBarAt(schedule, t - 1)));
  }
  return tables;
}

/** What the terms of the bound are made of, for a batch. */
export interface BoundInput {
  clean: tf.Tensor4D;
  noisy: tf.Tensor4D;
  /** The network's x_0. */
  predicted: tf.Tensor4D;
  /** The logarithm of the network's variance; the fixed small one where left out. */
  logVariance?: tf.Tensor4D;
  /** t of each image, int32. */
  times: tf.Tensor1D;
}

/**
 * The term of the variational bound at t (Ho et al. 2020, eq. 5), in bits per value: the divergence of
 * p(x_{t-1} | x_t) from q(x_{t-1} | x_t, x_0), and at t = 1 the negative logarithm of the chance of the image's own grey
 * values (their section 3.3). May stand in a recorded step.
 * @returns [batch].
 */
export function boundTerm(
  tables: StepTables,
  { clean, noisy, predicted, logVariance, times }: BoundInput,
): tf.Tensor1D {
  return tf.tidy(() => {
    const at = (table: number[]) => lookUp(tf.tensor1d(table), times).reshape([-1, 1, 1, 1]);
    const [cleanWeight, noisyWeight, logTrue] = [at(tables.cleanWeight), at(tables.noisyWeight), at(tables.logSmall)];
    const step = (x0: tf.Tensor4D) => x0.mul(cleanWeight).add(noisy.mul(noisyWeight));
    const [trueMean, mean] = [step(clean), step(predicted)];
    const logModel = logVariance ?? logTrue;
    const divergence = logModel
      .sub(logTrue)
      .sub(1)
      .add(logTrue.sub(logModel).exp())
      .add(trueMean.sub(mean).square().mul(logModel.neg().exp()))
      .div(2);
    const first = times.equal(tf.onesLike(times)).reshape([-1, 1, 1, 1]);
    const values = tf.where(
      first.logicalOr(tf.zerosLike(clean).cast("bool")),
      unlikelihood(clean, mean, logModel),
      divergence,
    );
    return values.mean([1, 2, 3]).div(Math.LN2) as tf.Tensor1D;
  });
}

/** -log of the chance that a Gaussian puts on an image's own grey values; the outermost ones get its tails. */
function unlikelihood(clean: tf.Tensor4D, mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  const deviation = logVariance.div(2).exp();
  const below = (edge: tf.Tensor) =>
    tf
      .erf(edge.sub(mean).div(deviation.mul(Math.SQRT2)))
      .add(1)
      .div(2);
  const upper = tf.where(clean.greater(1 - halfBin), tf.onesLike(clean), below(clean.add(halfBin)));
  const lower = tf.where(clean.less(halfBin - 1), tf.zerosLike(clean), below(clean.sub(halfBin)));
  return upper.sub(lower).maximum(1e-12).log().neg();
}

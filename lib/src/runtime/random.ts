import { createHash } from "node:crypto";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { runNative, tf } from "./backend";
import { usesKernels } from "./kernels";
import { requireWhole } from "./requireNumbers";

/** What a random draw is for. Changing the seed of one role leaves the draws of the others as they were. */
export type SeedRole = "network" | "input" | "noise" | "split" | "sampler" | "data" | "training" | "bootstrap";

/** A source of numbers that depend only on (seed, role, index): drawing twice gives the same numbers twice. */
export interface RandomStream {
  /**
   * Independent standard normal values. `index` names the draw, typically the iteration; as an int32 scalar it may
   * be the input of a recorded step, and then a kernel draws the same values up to rounding.
   */
  normal(shape: number[], index?: number | tf.Tensor): tf.Tensor;
  /** Values uniform in [low, high). */
  uniform(shape: number[], low: number, high: number, index?: number | tf.Tensor): tf.Tensor;
  /** Poisson counts with these rates, in their shape. @throws RangeError for a rate that is negative or not finite. */
  poisson(rates: tf.Tensor, index?: number): tf.Tensor;
  /** A generator of numbers in [0, 1) in JavaScript, for choices such as crop positions. */
  numbers(index?: number): () => number;
  /** A stream with the same seed whose draws are independent of this one's, named by a label. */
  child(label: string): RandomStream;
}

function keyOf(...parts: (string | number)[]): number {
  return createHash("sha256").update(parts.join("\u0000")).digest().readInt32LE(0);
}

const seedOf = (key: number, index: number | tf.Tensor): tf.Tensor =>
  typeof index === "number" ? tf.tensor1d([key, index], "int32") : tf.stack([tf.scalar(key, "int32"), index]);

const types = { dtype: "float32", T: "int32", Tseed: "int32" } as const;

function stateless(op: string, shape: number[], key: number, index: number | tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const inputs = [tf.tensor1d(shape, "int32"), seedOf(key, index)];
    return runNative(op, { type: types }, inputs, 1)[0] as tf.Tensor;
  });
}

/** Normal numbers by TensorFlow's op, of which data are made: the same bits on every machine. */
export const drawNormal = (shape: number[], key: number, index: number | tf.Tensor): tf.Tensor =>
  stateless("StatelessRandomNormal", shape, key, index);

/** The same numbers up to rounding by a kernel of our own (`lib/src/native/randomNormal.c`), of which steps draw much. */
export const drawNormalFast = (shape: number[], key: number, index: number | tf.Tensor): tf.Tensor =>
  tf.tidy(
    () => runNative("DdpmDipRandomNormal", {}, [tf.tensor1d(shape, "int32"), seedOf(key, index)], 1)[0] as tf.Tensor,
  );

/**
 * Opens the random stream of one role. Tensors come from TensorFlow's counter-based stateless generators (Philox,
 * Salmon et al. 2011), keyed by (seed, role, index), so they depend neither on the number of cores nor on what was
 * drawn before.
 * @throws RangeError when the seed is not a whole number from 0 to 2^31 - 1.
 */
export function openStream(seed: number, role: SeedRole, label = ""): RandomStream {
  requireWhole({ seed }, 0, 0x7fffffff);
  const key = keyOf(seed, role, label);
  return {
    normal: (shape, index = 0) => {
      const ofStep = typeof index !== "number" && shape.length <= 4;
      return ofStep && usesKernels() ? drawNormalFast(shape, key, index) : drawNormal(shape, key, index);
    },
    uniform: (shape, low, high, index = 0) =>
      tf.tidy(() =>
        stateless("StatelessRandomUniform", shape, key, index)
          .mul(high - low)
          .add(low),
      ),
    poisson: (rates, index = 0) =>
      tf.tidy(() => {
        // TensorFlow never comes back from a rate that is not a number.
        const wrong = rates.dataSync().find((rate) => !(rate >= 0 && Number.isFinite(rate)));
        if (wrong !== undefined) throw new RangeError(`rates: got ${wrong}, want finite numbers of at least 0`);
        const inputs = [tf.tensor1d(rates.shape, "int32"), tf.tensor1d([key, index], "int32"), rates];
        const type = { ...types, Rtype: "float32" } as const;
        return runNative("StatelessRandomPoisson", { type }, inputs, 1)[0] as tf.Tensor;
      }),
    numbers: (index = 0) => {
      const generator = xoroshiro128plus(keyOf(seed, role, label, "numbers", index));
      return () => (generator.next() >>> 0) / 0x100000000;
    },
    child: (childLabel) => openStream(seed, role, `${label}/${childLabel}`),
  };
}

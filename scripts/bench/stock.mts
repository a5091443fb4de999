import * as tf from "@tensorflow/tfjs-node-gpu";
import { ddpm } from "ddpm-dip";
import type { NetworkWork } from "./rows.mjs";

type Images = tf.Tensor4D;

/** Trainable values, made on first use. */
function openParameters() {
  const made: tf.Variable[] = [];
  let next = 0;
  return {
    all: made,
    restart() {
      next = 0;
    },
    get(shape: number[], scale: number): tf.Tensor {
      if (next === made.length) made.push(tf.variable(tf.randomUniform(shape, -scale, scale), true));
      return made[next++] as tf.Tensor;
    },
  };
}

type Values = ReturnType<typeof openParameters>;

function convolve(p: Values, x: Images, kernel: number, outputs: number, stride: 1 | 2, reflect = false): Images {
  const inputs = x.shape[3];
  const scale = 1 / Math.sqrt(kernel * kernel * inputs);
  const weight = p.get([kernel, kernel, inputs, outputs], scale) as tf.Tensor4D;
  const margin = (kernel - 1) / 2;
  const sides = [0, margin, margin, 0].map((side): [number, number] => [side, side]);
  const padded = margin === 0 ? x : reflect ? tf.mirrorPad(x, sides, "reflect") : tf.pad(x, sides);
  return tf.conv2d(padded as Images, weight, stride, "valid").add(p.get([outputs], scale));
}

function normalise(p: Values, x: Images, groups?: number): Images {
  const [batch, height, width, channels] = x.shape;
  const values = x.reshape(
    groups ? [batch, height * width, groups, channels / groups] : [batch * height * width, channels],
  );
  const { mean, variance } = tf.moments(values, groups ? [1, 3] : [0], true);
  const normal = values.sub(mean).mul(variance.add(1e-5).rsqrt()).reshape(x.shape);
  return normal.mul(p.get([channels], 1)).add(p.get([channels], 1)) as Images;
}

const silu = (x: tf.Tensor) => x.mul(x.sigmoid());
const enlarge = (x: Images, mode: "resizeBilinear" | "resizeNearestNeighbor"): Images =>
  tf.image[mode](x, [x.shape[1] * 2, x.shape[2] * 2], false, true);

function applySkipNetwork(p: Values, filters: number[], x: Images): Images {
  const block = (y: Images, kernel: number, outputs: number, stride: 1 | 2 = 1) =>
    tf.leakyRelu(normalise(p, convolve(p, y, kernel, outputs, stride, true)), 0.2);
  const scale = (level: number, y: Images): Images => {
    const width = filters[level] as number;
    let deep = block(block(y, 3, width, 2), 3, width);
    if (level + 1 < filters.length) deep = scale(level + 1, deep);
    const joined = normalise(p, tf.concat([block(y, 1, 4), enlarge(deep, "resizeBilinear")], 3));
    return block(block(joined, 3, width), 1, width);
  };
  return convolve(p, scale(0, x), 1, 3, 1).sigmoid();
}

function applyUnet(p: Values, base: number, xt: Images, steps: tf.Tensor1D): Images {
  const linear = (y: tf.Tensor2D, outputs: number) => {
    const scale = 1 / Math.sqrt(y.shape[1]);
    return y.matMul(p.get([y.shape[1], outputs], scale) as tf.Tensor2D).add(p.get([outputs], scale)) as tf.Tensor2D;
  };
  const frequencies = Array.from({ length: base / 2 }, (_, i) => 10000 ** (-i / (base / 2)));
  const angles = steps.expandDims(1).mul(tf.tensor2d(frequencies, [1, base / 2]));
  const waves = tf.concat([angles.cos(), angles.sin()], 1) as tf.Tensor2D;
  const time = silu(linear(silu(linear(waves, base * 4)) as tf.Tensor2D, base * 4)) as tf.Tensor2D;
  const residual = (y: Images, outputs: number): Images => {
    const first = convolve(p, silu(normalise(p, y, 8)) as Images, 3, outputs, 1);
    const timed = first.add<Images>(linear(time, outputs).expandDims(1).expandDims(1));
    const second = convolve(p, silu(normalise(p, timed, 8)) as Images, 3, outputs, 1);
    return (y.shape[3] === outputs ? y : convolve(p, y, 1, outputs, 1)).add(second);
  };
  const widths = [base, base * 2, base * 2];
  let x = convolve(p, xt, 3, base, 1);
  const skips: Images[] = [];
  for (const [level, width] of widths.entries()) {
    x = residual(x, width);
    skips.push(x);
    if (level < 2) x = convolve(p, x, 3, width, 2);
  }
  x = residual(residual(x, base * 2), base * 2);
  for (const [level, width] of [...widths.entries()].reverse()) {
    x = residual(tf.concat([x, skips.pop() as Images], 3), width);
    if (level > 0) x = convolve(p, enlarge(x, "resizeNearestNeighbor"), 3, width, 1);
  }
  return convolve(p, silu(normalise(p, x, 8)) as Images, 3, 3, 1);
}

/** A step of a work in stock tfjs: the same networks out of its own ops, its own random numbers and optimisers. */
export function openStockStep(work: NetworkWork): () => void {
  const p = openParameters();
  const optimizer = tf.train.adam(work.kind === "dip" ? 0.01 : 2e-4);
  const minimize = (loss: () => tf.Tensor): void => {
    tf.tidy(() => {
      p.restart();
      const value = optimizer.minimize(() => loss() as tf.Scalar, true, p.all.length > 0 ? p.all : undefined);
      value?.dataSync();
    });
  };
  if (work.kind === "dip") {
    const { filters, size } = work;
    const z = tf.randomUniform([1, size, size, 32], 0, 0.1) as Images;
    const target = tf.randomUniform([1, size, size, 3]);
    const average = tf.variable(tf.zeros([1, size, size, 3]), false);
    tf.tidy(() => applySkipNetwork(p, filters, z));
    return () =>
      tf.tidy(() => {
        const noisy = z.add<Images>(tf.randomNormal(z.shape).div(30));
        minimize(() => {
          const output = applySkipNetwork(p, filters, noisy);
          average.assign(average.mul(0.99).add(output.mul(0.01)));
          return output.sub(target).square().mean();
        });
      });
  }
  const { batch, network, size } = work;
  if (!("base" in network)) throw new Error("the residual U-Net is not written in stock tfjs");
  const { base } = network;
  const { alphaBar } = ddpm.linearSchedule();
  const images = tf.randomUniform([batch, size, size, 3]) as Images;
  tf.tidy(() => applyUnet(p, base, images, tf.fill([batch], 500)));
  if (work.kind === "sampler") {
    const [noisy, cleaner] = [alphaBar[500], alphaBar[480]] as [number, number];
    return () =>
      tf.tidy(() => {
        p.restart();
        const noise = applyUnet(p, base, images, tf.fill([batch], 500));
        const clean = images
          .sub(noise.mul(Math.sqrt(1 - noisy)))
          .div(Math.sqrt(noisy))
          .clipByValue(-1, 1);
        const again = images.sub(clean.mul(Math.sqrt(noisy))).div(Math.sqrt(1 - noisy));
        clean
          .mul(Math.sqrt(cleaner))
          .add(again.mul(Math.sqrt(1 - cleaner)))
          .dataSync();
      });
  }
  const averaged = p.all.map((variable) => tf.variable(variable, false));
  const table = tf.tensor1d(Array.from(alphaBar));
  return () =>
    tf.tidy(() => {
      const times = tf.randomUniform([batch], 1, 1001, "int32") as tf.Tensor1D;
      const level = table.gather(times).reshape([batch, 1, 1, 1]);
      const noise = tf.randomNormal(images.shape);
      const xt = images
        .mul(2)
        .sub(1)
        .mul(level.sqrt())
        .add<Images>(noise.mul(tf.sub(1, level).sqrt()));
      minimize(() => applyUnet(p, base, xt, times.toFloat()).sub(noise).square().mean());
      p.all.forEach((variable, i) => {
        const kept = averaged[i] as tf.Variable;
        kept.assign(kept.mul(0.995).add(variable.mul(0.005)));
      });
    });
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  applyLinear,
  batchNorm,
  convolve,
  embedSteps,
  groupNorm,
  type Parameters,
  upsampleTwice,
  withParameters,
} from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, channelsLast, range } from "../helpers";

// Expected values: PyTorch 2.13.0 in float64, printed channels last; the call stands beside each.
const parameters = (values: Record<string, tf.Tensor>): Parameters =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.variable(value)]));

describe("convolution", () => {
  const x = channelsLast(
    range(96).map((i) => i / 96),
    [2, 3, 4, 4],
  );
  const outFirst = tf.tensor4d(
    range(54).map((i) => (i - 27) / 54),
    [2, 3, 3, 3],
  );
  const layer = parameters({ "c.weight": tf.transpose(outFirst, [2, 3, 1, 0]), "c.bias": tf.tensor1d([0.1, -0.2]) });

  test("reflection padding, stride 2", () => {
    // F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), w, b, stride=2)[0]
    const y = convolve(layer, "c", x, { stride: 2, padding: "reflection" });
    assert.deepEqual(y.shape, [2, 2, 2, 2]);
    const expected = [-0.8097222, 1.6090278, -0.9034722, 1.7027778, -1.1569444, 2.0118056, -1.2506944, 2.1055556];
    assertClose(y.dataSync().slice(0, 8), expected, 1e-5);
  });

  test("zero padding, stride 2", () => {
    // F.conv2d(x, w, b, stride=2, padding=1)[0]
    const y = convolve(layer, "c", x, { stride: 2 });
    const expected = [-0.1841435, 0.6721065, -0.4219907, 1.1530093, -0.6864583, 1.3104167, -1.2506944, 2.1055556];
    assertClose(y.dataSync().slice(0, 8), expected, 1e-5);
  });
});

describe("batch normalisation", () => {
  const x = tf.tensor4d([0, 2, 1, 4, 4, 1, 2, 0, 1, 4, 4, 1, 2, 0, 2, 1], [2, 2, 2, 2]);
  const weights = tf.tensor4d(
    [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15].map((v) => v / 10),
    [2, 2, 2, 2],
  );
  const layer = parameters({ "n.weight": tf.tensor1d([1.5, 0.5]), "n.bias": tf.tensor1d([0.1, -0.3]) });

  const gradientOf = (grads: Record<string, tf.Tensor>, name: string) =>
    grads[(layer[name] as tf.Variable).name] as tf.Tensor;

  test("forward", () => {
    // F.batch_norm(x, None, None, [1.5, 0.5], [0.1, -0.3], True, 0, 1e-5)
    const expected = [
      -2.1677804, -0.174564, -1.0338902, 0.4944281, 2.3677804, -0.50906, 0.1, -0.8435561, -1.0338902, 0.4944281,
      2.3677804, -0.50906, 0.1, -0.8435561, 0.1, -0.50906,
    ];
    assertClose(batchNorm(layer, "n", x).dataSync(), expected, 1e-5);
  });

  test("gradient to the input, the scale and the shift", () => {
    // (y * weights).sum().backward()
    const { grads } = tf.variableGrads(() => batchNorm(layer, "n", x).mul(weights).sum());
    assertClose(gradientOf(grads, "n.weight").dataSync(), [0.9827048, -0.9031393], 1e-4);
    assertClose(gradientOf(grads, "n.bias").dataSync(), [4.4, 7.6], 1e-4);
    const dx = tf.grad((input) =>
      batchNorm(layer, "n", input as tf.Tensor4D)
        .mul(weights)
        .sum(),
    )(x);
    const expected = [
      -0.4130612, -0.1744994, -0.4049614, -0.0905247, -0.60744, -0.1328627, -0.2834725, -0.1246756, 0.3887617,
      0.1436225, 0.1862832, 0.1012845, 0.5102506, 0.1094716, 0.6236396, 0.1681838,
    ];
    assertClose(dx.dataSync(), expected, 1e-4);
  });

  test("leaves nothing behind", () => assertNoLeak(() => batchNorm(layer, "n", x).dispose()));
});

test("group normalisation", () => {
  // F.group_norm(x, 2, [1, 2, 3, 4], [0, .1, .2, .3], 1e-5)
  const x = tf.tensor4d([0, 5, 9, 1, 1, 3, 4, 4, 4, 3, 1, 9, 9, 5, 0, 5], [1, 2, 2, 4]);
  const layer = parameters({ "n.weight": tf.tensor1d([1, 2, 3, 4]), "n.bias": tf.tensor1d([0, 0.1, 0.2, 0.3]) });
  const expected = [
    -1.4501036, 1.0667358, 4.6900458, -3.537646, -1.0634093, -0.4800415, 0.0848706, 0.1464942, 0.0966736, -0.4800415,
    -2.6782345, 6.2867277, 2.0301451, 1.0667358, -3.5992695, 1.3745409,
  ];
  assertClose(groupNorm(layer, "n", x, { groups: 2 }).dataSync(), expected, 1e-5);
  assert.throws(() => groupNorm(layer, "n", x, { groups: 3 }), /4 channels do not divide into 3 groups/);
});

test("upsampling follows PyTorch's conventions", () => {
  const x = tf.tensor4d([0, 1, 2, 3], [1, 2, 2, 1]);
  // F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
  const bilinear = [0, 0.25, 0.75, 1, 0.5, 0.75, 1.25, 1.5, 1.5, 1.75, 2.25, 2.5, 2, 2.25, 2.75, 3];
  assertClose(upsampleTwice(x, "bilinear").dataSync(), bilinear, 1e-6);
  assertClose(upsampleTwice(x, "nearest").dataSync(), [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3], 0);
});

test("the gradient of bilinear upsampling conserves the sum of what flows back", () => {
  const x = tf.randomNormal([1, 3, 5, 2], 0, 1, "float32", 1) as tf.Tensor4D;
  const dx = tf.grad((input) => upsampleTwice(input as tf.Tensor4D, "bilinear").sum())(x);
  assertClose(dx.sum().dataSync(), [6 * 10 * 2], 1e-3);
});

test("the convolution of an enlarged image equals enlarging, then convolving, with its gradients", () =>
  assertNoLeak(() => {
    const stream = openStream(1, "data");
    const layer = tf.tidy(() =>
      parameters({ "c.weight": stream.normal([3, 3, 5, 4]), "c.bias": stream.normal([4], 1) }),
    );
    const x = stream.normal([2, 3, 7, 5], 2) as tf.Tensor4D;
    const upper = stream.normal([2, 6, 14, 4], 3);
    const applied = [
      (input: tf.Tensor4D) => convolve(layer, "c", input, { enlarged: true }),
      (input: tf.Tensor4D) => convolve(layer, "c", upsampleTwice(input, "nearest")),
    ];
    tf.tidy(() => {
      const [found, expected] = applied.map((apply) => {
        const { grads } = tf.variableGrads(() => apply(x).mul(upper).sum());
        const dx = tf.grad((input) =>
          apply(input as tf.Tensor4D)
            .mul(upper)
            .sum(),
        )(x);
        return [apply(x), dx, ...Object.values(layer).map((variable) => grads[variable.name] as tf.Tensor)];
      }) as [tf.Tensor[], tf.Tensor[]];
      found.forEach((tensor, i) => {
        assert.deepEqual(tensor.shape, expected[i]?.shape);
        assertClose(tensor.dataSync(), (expected[i] as tf.Tensor).dataSync(), 2e-4);
      });
    });
    tf.dispose([x, upper, ...Object.values(layer)]);
  }));

test("the step embedding", () => {
  // half = 4; f = exp(-log(10000) * i / half); cos(10 f), sin(10 f)
  const expected = [-0.8390715, 0.5403023, 0.9950042, 0.99995, -0.5440211, 0.841471, 0.0998334, 0.0099998];
  assertClose(embedSteps(tf.tensor1d([10]), 8).dataSync(), expected, 1e-6);
  assert.throws(() => embedSteps(tf.tensor1d([1]), 7), /embedding size: got 7/);
});

test("a parameter that is not there is named", () => {
  assert.throws(() => applyLinear({}, "l", tf.ones([1, 1])), /no parameter "l.weight"/);
});

describe("other values in the parameters", () => {
  const values = () => Array.from(own.w?.dataSync() as Float32Array);
  const own = parameters({ w: tf.tensor1d([1, 2]) });
  const other = parameters({ w: tf.tensor1d([3, 4]) });

  test("are there for the work and gone after it", async () => {
    await assertNoLeak(async () => {
      assert.deepEqual(await withParameters(own, other, values), [3, 4]);
      assert.deepEqual(values(), [1, 2]);
    });
  });

  test("are gone as well when the work fails or one of them is missing", async () => {
    await assertNoLeak(async () => {
      const failing = () => Promise.reject(new Error("the work failed"));
      await assert.rejects(withParameters(own, other, failing), /the work failed/);
      await assert.rejects(withParameters(own, {}, values), /no value for the parameter "w"/);
      assert.deepEqual(values(), [1, 2]);
    });
  });
});

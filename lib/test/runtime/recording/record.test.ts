import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineStep, lookUp, openStream, record, type Step, tf } from "../../../src/runtime";
import { assertClose, assertNoLeak, disposeAll } from "../../helpers";

const scalar = { shape: [] };
const count = { shape: [], dtype: "int32" } as const;
const vector = { shape: [3] };

/** A step over a variable: x w is returned, and w moves by x. */
function openWalk(engine: "recorded" | "eager" = "recorded") {
  const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
  const walk = defineStep({ x: vector }, ({ x }) => {
    const product = x.mul(w);
    w.assign(w.add(x));
    return { product };
  });
  const recording = record({ walk }, { engine });
  const run = (values: number[]): number[] =>
    tf.tidy(() => Array.from(recording.run("walk", { x: tf.tensor1d(values) }).product.dataSync()));
  return { w, recording, run, dispose: () => disposeAll(recording, w) };
}

describe("a step computes what its function does", () => {
  for (const engine of ["recorded", "eager"] as const) {
    test(`outputs and variables, ${engine}`, () =>
      assertNoLeak(() => {
        const { w, recording, run, dispose } = openWalk(engine);
        assertClose(w.dataSync(), [1, 2, 3], 0);
        assert.deepEqual(run([1, 1, 1]), [1, 2, 3]);
        assert.deepEqual(run([2, 2, 2]), [4, 6, 8]);
        recording.read();
        assertClose(w.dataSync(), [4, 5, 6], 0);
        tf.tidy(() => w.assign(tf.tensor1d([0, 0, 1])));
        recording.write();
        assert.deepEqual(run([1, 1, 1]), [0, 0, 1]);
        dispose();
      }));
  }

  test("variables live in the graph until they are read", () => {
    const { w, run, dispose } = openWalk();
    run([1, 1, 1]);
    assertClose(w.dataSync(), [1, 2, 3], 0);
    dispose();
  });

  test("steps of one recording share their variables", () =>
    assertNoLeak(() => {
      const w = tf.tidy(() => tf.variable(tf.scalar(1)));
      const grow = defineStep({ by: scalar }, ({ by }) => {
        w.assign(w.add(by));
        return {};
      });
      const show = defineStep({}, () => ({ value: w.mul(10) }));
      const recording = record({ grow, show });
      recording.run("grow", { by: 4 });
      const { value } = recording.run("show", {});
      assertClose(value.dataSync(), [50], 0);
      tf.dispose(value);
      recording.dispose();
      w.dispose();
    }));

  test("a variable that is assigned twice and read between has each value in its turn", () => {
    const w = tf.tidy(() => tf.variable(tf.scalar(2)));
    const step = defineStep({}, () => {
      const before = w.mul(1);
      w.assign(w.mul(3));
      const between = w.add(0.5);
      w.assign(w.add(1));
      return { before, between, after: w.clone() };
    });
    const recording = record({ step });
    const { before, between, after } = recording.run("step", {});
    assertClose(
      [before, between, after].map((value) => value.dataSync()[0] as number),
      [2, 6.5, 7],
      0,
    );
    tf.dispose([before, between, after]);
    recording.dispose();
    w.dispose();
  });

  test("variables that tfjs lets share one tensor are told apart", () => {
    const [a, b] = tf.tidy(() => {
      const one = tf.variable(tf.scalar(1));
      return [one, tf.variable(one)];
    });
    const step = defineStep({}, () => {
      a.assign(a.add(1));
      return { sum: a.add(b) };
    });
    const recording = record({ step });
    const { sum } = recording.run("step", {});
    assertClose(sum.dataSync(), [3], 0);
    tf.dispose([sum, a, b]);
    recording.dispose();
  });
});

describe("what may change between calls is never frozen", () => {
  const outside = tf.tensor1d([1, 2, 3]);
  let calls = 0;
  const refusals: Record<string, [(x: tf.Tensor) => tf.Tensor, RegExp]> = {
    "a value read": [(x) => x.mul(x.sum().dataSync()[0] as number), /Sum: its values are read in JavaScript/],
    "a condition": [(x) => ((x.max().arraySync() as number) > 0 ? x : x.neg()), /Max: its values are read/],
    "a random draw of JavaScript": [
      (x) => x.add(tf.randomNormal([3])),
      /AddV?2?: uses a value made in JavaScript that is/,
    ],
    "a counter": [(x) => x.mul(calls++), /Mul: uses a value made in JavaScript that is another each time/],
    "another op each time": [(x) => (calls++ % 2 ? x.square() : x.sqrt()), /the step runs another op/],
    "a shape that changes": [(x) => x.sum().add(tf.ones([(calls++ % 7) + 1])), /a tensor whose shape is another each/],
    "a tensor from outside": [(x) => x.add(outside), /AddV?2?: uses a tensor that was made outside of the step/],
    "a variable made inside": [(x) => x.add(tf.variable(tf.scalar(1))), /the step makes a variable each time it runs/],
  };
  for (const [what, [run, message]] of Object.entries(refusals)) {
    test(what, () =>
      assertNoLeak(() => {
        const step = defineStep({ x: vector }, ({ x }) => ({ y: run(x) }));
        assert.throws(() => record({ step }), message);
        assert.throws(() => record({ step }), /the step "step" cannot be recorded/);
      }),
    );
  }

  test("numbers drawn from a stream by the iteration are those drawn outside, normal ones up to rounding", () => {
    const stream = openStream(3, "noise");
    const step = defineStep({ iteration: count }, ({ iteration }) => ({
      normal: stream.normal([50], iteration as tf.Scalar),
      uniform: stream.uniform([50], -1, 2, iteration as tf.Scalar),
    }));
    for (const engine of ["recorded", "eager"] as const) {
      const recording = record({ step }, { engine });
      for (const iteration of [7, 8]) {
        const { normal, uniform } = recording.run("step", { iteration });
        // A kernel of our own draws them in a step.
        assertClose(normal.dataSync(), stream.normal([50], iteration).dataSync(), 3e-6);
        assert.deepEqual(uniform.dataSync(), stream.uniform([50], -1, 2, iteration).dataSync());
      }
      recording.dispose();
    }
  });
});

describe("a free batch", () => {
  const images = { shape: [null, 4, 3] };
  const w = tf.tidy(() => tf.variable(tf.linspace(-1, 1, 3)));
  const step = defineStep({ x: images, t: { shape: [null] } }, ({ x, t }) => {
    const [batch] = x.shape as [number, number, number];
    const grouped = x.mul(w).reshape([batch, 2, 6]);
    const centred = grouped.sub(grouped.mean(2, true)).reshape(x.shape);
    return { y: centred.add(t.reshape([batch, 1, 1])).concat(tf.zeros([batch, 1, 3]), 1), n: tf.ones([batch]).sum() };
  });

  test("runs at any size as it does op by op", () => {
    const [recorded, eager] = [record({ step }), record({ step }, { engine: "eager" })];
    for (const batch of [1, 2, 9]) {
      const feeds = { x: openStream(batch, "data").normal([batch, 4, 3]), t: tf.linspace(0, 1, batch) };
      const [a, b] = [recorded.run("step", feeds), eager.run("step", feeds)];
      assert.deepEqual(a.y.shape, [batch, 5, 3]);
      assertClose(a.y.dataSync(), b.y.dataSync(), 1e-6);
      assertClose(a.n.dataSync(), [batch], 0);
    }
    assert.throws(
      () => recorded.run("step", { x: tf.zeros([2, 4, 3]), t: tf.zeros([3]) }),
      /step: got "t" as float32 \[3\], want float32 \[2\]/,
    );
    recorded.dispose();
  });

  test("a number that depends on the batch other than in proportion is refused", () => {
    const square = defineStep({ x: images }, ({ x }) => ({ y: tf.zeros([(x.shape[0] as number) ** 2]).add(x.sum()) }));
    assert.throws(() => record({ square }), /depends on the batch other than in proportion/);
    const share = defineStep({ x: images }, ({ x }) => ({ y: x.mul(1 / (x.shape[0] as number)) }));
    assert.throws(() => record({ share }), /Mul: uses a value made in JavaScript that depends on the batch/);
  });
});

describe("what does not fit is refused", () => {
  const step: Step<"x" | "n", "y"> = defineStep({ x: vector, n: count }, ({ x, n }) => ({ y: x.mul(n) }));
  for (const engine of ["recorded", "eager"] as const) {
    test(`feeds, ${engine}`, () => {
      const recording = record({ step }, { engine });
      const x = tf.ones([3]);
      assert.throws(
        () => recording.run("step", { x: tf.ones([4]), n: 1 }),
        /got "x" as float32 \[4\], want float32 \[3\]/,
      );
      assert.throws(() => recording.run("step", { x, n: tf.scalar(1) }), /got "n" as float32 \[\], want int32 \[\]/);
      assert.throws(() => recording.run("step", { x, n: 1.5 }), /got "n" as 1.5, want a whole number/);
      assert.throws(() => recording.run("step", { x } as never), /the input "n" is missing/);
      assert.throws(() => recording.run("step", { x, n: 1, z: 2 } as never), /no input "z", want x, n/);
      assert.throws(() => recording.run("stop" as never, {} as never), /no step "stop", want step/);
      assertClose(recording.run("step", { x, n: 2 }).y.dataSync(), [2, 2, 2], 0);
      recording.dispose();
    });
  }

  test("a native error names its op, and the recording goes on after it", () => {
    const find = defineStep({ place: count }, ({ place }) => ({ entry: lookUp(tf.tensor1d([5, 6]), place) }));
    const recording = record({ find });
    assert.throws(
      () => recording.run("find", { place: 2 }),
      /the step "find" failed in GatherV2: .*2 is not in \[0, 2\)/s,
    );
    assertClose(recording.run("find", { place: 1 }).entry.dataSync(), [6], 0);
    recording.dispose();
  });

  test("recordings do not nest, do not run after they are disposed of, nor are they disposed of while they run", () => {
    const { recording, run, dispose } = openWalk();
    const nested = defineStep({}, () => {
      openWalk();
      return {};
    });
    assert.throws(() => record({ nested }), /recordings do not nest/);
    assert.deepEqual(run([0, 0, 0]), [0, 0, 0]);
    dispose();
    assert.throws(() => run([1, 1, 1]), /walk: the recording was disposed of/);
    assert.throws(() => recording.read(), /read: the recording was disposed of/);
    recording.dispose();

    let inner: { dispose(): void; run(name: "stop", feeds: object): object } | undefined;
    const stop = defineStep({}, () => {
      inner?.dispose();
      return {};
    });
    inner = record({ stop }, { engine: "eager" });
    assert.throws(() => inner?.run("stop", {}), /dispose: the step "stop" is running/);
    const again = defineStep({}, () => {
      inner?.run("again" as "stop", {});
      return {};
    });
    inner = record({ again }, { engine: "eager" }) as unknown as typeof inner;
    assert.throws(
      () => inner?.run("again" as "stop", {}),
      /the step "again" is running; steps run one after the other/,
    );
  });
});

import { createAdam } from "../../../src/nn";
import { defineStep, openStream, record, tf } from "../../../src/runtime";
import { disposeAll } from "../../helpers";

/** A small regression: 2,048 weights trained by Adam on numbers drawn in the step. */
export function openTraining() {
  const stream = openStream(1, "training");
  const parameters = { w: tf.tidy(() => tf.variable(stream.normal([64, 32]))) };
  const optimizer = createAdam(parameters);
  const train = defineStep({ iteration: { shape: [], dtype: "int32" } }, ({ iteration }) => {
    const x = stream.normal([16, 64], iteration as tf.Scalar) as tf.Tensor2D;
    const { loss } = optimizer.minimize(
      () => ({
        loss: tf
          .matMul(x, parameters.w as unknown as tf.Tensor2D)
          .square()
          .mean() as tf.Scalar,
      }),
      iteration as tf.Scalar,
    );
    return { loss };
  });
  const recording = record({ train });
  return {
    step: (iteration: number) => recording.run("train", { iteration }).loss.dispose(),
    dispose: () => disposeAll(recording, optimizer, parameters.w),
  };
}

/** Growth of the resident memory in MiB, and of the number of tensors, from the first part of the work to its end. */
export function growthOver(count: number, warmUp: number, work: (i: number) => void) {
  for (let i = 1; i <= warmUp; i++) work(i);
  const measure = () => ({ tensors: tf.memory().numTensors, residentMiB: process.memoryUsage.rss() / 2 ** 20 });
  const before = measure();
  for (let i = warmUp + 1; i <= count; i++) work(i);
  const after = measure();
  return { tensors: after.tensors - before.tensors, residentMiB: after.residentMiB - before.residentMiB };
}

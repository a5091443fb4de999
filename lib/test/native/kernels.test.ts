import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { groupNorm } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { nativeBackend } from "../../src/runtime/backend";
import { usesKernels } from "../../src/runtime/kernels";

const run = (words: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, ["--import", "tsx", ...words], { encoding: "utf8", env: { ...process.env, ...env } });

/** Names of the ops that some work runs. */
function opsOf(work: () => void): string[] {
  const backend = nativeBackend();
  const { binding } = backend;
  const names = Object.getOwnPropertyNames(binding) as (keyof typeof binding)[];
  const seen: string[] = [];
  backend.binding = {
    ...(Object.fromEntries(names.map((name) => [name, binding[name]])) as unknown as typeof binding),
    executeOp(op, ...rest) {
      seen.push(op);
      return binding.executeOp(op, ...rest);
    },
  };
  try {
    tf.tidy(work);
  } finally {
    backend.binding = binding;
  }
  return seen;
}

test("the kernels are built, and used unless DDPM_DIP_KERNELS is 0", () => {
  assert.equal(usesKernels(), true);
  const parameters = { "n.weight": tf.variable(tf.ones([8])), "n.bias": tf.variable(tf.zeros([8])) };
  const apply = () => {
    groupNorm(parameters, "n", openStream(1, "data").normal([1, 4, 4, 8]) as tf.Tensor4D);
  };
  const own = (op: string) => op.startsWith("DdpmDip");
  assert.ok(opsOf(apply).some(own));
  process.env.DDPM_DIP_KERNELS = "0";
  try {
    assert.ok(!opsOf(apply).some(own));
  } finally {
    delete process.env.DDPM_DIP_KERNELS;
    tf.dispose(parameters);
  }
});

test("the results are the same to the bit for one thread and for three", () => {
  const [one, three] = ["1", "3"].map((threads) =>
    run([join(__dirname, "digest.ts")], { TF_NUM_INTRAOP_THREADS: threads, TF_ENABLE_ONEDNN_OPTS: "0" }),
  ) as [ReturnType<typeof run>, ReturnType<typeof run>];
  assert.equal(one.status, 0, one.stderr);
  assert.match(one.stdout, /^[0-9a-f]{64}\n$/);
  assert.equal(three.stdout, one.stdout);
});

test("where the kernels are missing, that is said once, with the log, and TensorFlow's ops are used", () => {
  const script = `
    const tf = require("@tensorflow/tfjs-node-gpu");
    const { binding } = tf.backend();
    const copy = Object.fromEntries(Object.getOwnPropertyNames(binding).map((name) => [name, binding[name]]));
    copy.executeOp = (op, ...rest) => {
      if (op.startsWith("DdpmDip")) throw new Error("no such op");
      return binding.executeOp(op, ...rest);
    };
    tf.backend().binding = copy;
    const { batchNorm } = require(${JSON.stringify(join(__dirname, "..", "..", "src", "nn"))});
    const layer = { "n.weight": tf.variable(tf.ones([2])), "n.bias": tf.variable(tf.zeros([2])) };
    for (let i = 0; i < 2; i++) console.log(batchNorm(layer, "n", tf.ones([1, 2, 2, 2])).shape.join());`;
  const { status, stdout, stderr } = run(["--input-type=commonjs", "-e", script]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "1,2,2,2\n1,2,2,2\n");
  assert.equal(stderr.match(/The native kernels are not built \(\.runtime\/log\/kernels\.log says why\)/g)?.length, 1);
});

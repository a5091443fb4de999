import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nativeBackend, type tf } from "../backend";
import { whyOf } from "../whyOf";

/** Loads a SavedModel's bytes into a session of its own. @throws Error from TensorFlow when it does not fit. */
export function openSession(savedModel: Uint8Array) {
  const backend = nativeBackend();
  const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-graph-"));
  let id: number;
  try {
    writeFileSync(join(folder, "saved_model.pb"), savedModel);
    id = backend.binding.loadSavedModel(folder, "serve");
  } catch (error) {
    throw describe(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    /**
     * @param feeds tensors by the names of the placeholders. @param fetches names of nodes.
     * @returns the fetched tensors, the caller's. @throws Error that names the op when TensorFlow refuses.
     */
    run(feeds: Readonly<Record<string, tf.Tensor>>, fetches: readonly string[]): tf.Tensor[] {
      const ids = backend.getInputTensorIds(Object.values(feeds));
      try {
        const handles = backend.binding.runSavedModel(id, ids, Object.keys(feeds).join(","), fetches.join(","));
        return handles.map((handle) => backend.createOutputTensor(handle));
      } catch (error) {
        throw describe(error);
      }
    },
    close: (): void => backend.binding.deleteSavedModel(id),
  };
}

/** TensorFlow's error with the step and the op in front: it names the node as `{{node step/Conv2D_12}}`. */
function describe(error: unknown): Error {
  const text = whyOf(error);
  const [, step, op] = /{{node (\w+)\/(\w+?)_\d+}}/.exec(text) ?? [];
  return new Error(`the step${step ? ` "${step}"` : ""} failed${op ? ` in ${op}` : ""}: ${text}`, { cause: error });
}

import { tf } from "ddpm-dip/runtime";

/** Takes over what is to be freed, and gives it back: what has a `dispose` of its own, or an object or a list of tensors. */
export type Own = <Owned extends object>(one: Owned) => Owned;

/** Frees at the end of some work, however it ends, all that it owns, the last first. */
export async function owning<Made>(work: (own: Own) => Promise<Made>): Promise<Made> {
  const owned: object[] = [];
  try {
    return await work((one) => {
      owned.push(one);
      return one;
    });
  } finally {
    for (const one of owned.reverse()) {
      if ("dispose" in one) (one as { dispose(): void }).dispose();
      else tf.dispose(one as tf.TensorContainer);
    }
  }
}

import type { tf } from "ddpm-dip/runtime";

/** The image of one iteration, held until a later one takes its place. */
export interface HeldImage {
  /** The iteration it is from; 0 before the first. */
  readonly iteration: number;
  /** Takes a copy of this image in place of the one held. */
  hold(iteration: number, image: tf.Tensor4D): void;
  /** The image, owned by this object. @throws Error before the first. */
  image(): tf.Tensor4D;
  dispose(): void;
}

/** Holds one image of a trajectory: the rule's choice, or an oracle's. */
export function holdImage(): HeldImage {
  let held: tf.Tensor4D | undefined;
  let from = 0;
  return {
    get iteration() {
      return from;
    },
    hold(iteration, image) {
      held?.dispose();
      held = image.clone();
      from = iteration;
    },
    image() {
      if (!held) throw new Error("no image is held yet: no iteration was read");
      return held;
    },
    dispose() {
      held?.dispose();
      held = undefined;
    },
  };
}

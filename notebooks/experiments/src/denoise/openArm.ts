import type { Engine, tf } from "ddpm-dip/runtime";
import type { Arm, DenoiseSpec } from "./arm";
import { openFedBack, openLeak, openPlain } from "./otherArms";
import { openSplit } from "./splitArm";

/**
 * Opens the arm that a spec names. It is given the noisy image and the noise level, right or wrong as the spec says.
 * @param clean for the arm that leaks alone.
 */
export async function openArm(
  spec: DenoiseSpec,
  noisy: tf.Tensor4D,
  sigma: number,
  { clean, engine }: { clean: tf.Tensor4D; engine: Engine },
): Promise<Arm> {
  switch (spec.arm.kind) {
    case "split":
      return openSplit(spec, spec.arm, noisy, sigma, engine);
    case "plain":
      return openPlain(spec, spec.arm, noisy, sigma, engine);
    case "fed-back":
      return openFedBack(spec, spec.arm, noisy, sigma, engine);
    case "leak":
      return openLeak(spec, spec.arm, clean, sigma, engine);
  }
}

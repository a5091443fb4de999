import type { Engine, tf } from "ddpm-dip/runtime";
import type { DipFitSpec } from "../methods/specs/dipFit";
import { openCriteria } from "./criteria";
import { openCleanTargets, openLangevin, openSequential } from "./otherVariants";
import { openSplit } from "./splitVariant";
import type { Variant } from "./variant";

/** What a fit is opened on. */
interface Given {
  noisy: tf.Tensor4D;
  /** Standard deviation of the noise as it is assumed, image units. */
  sigma: number;
  /** For the fit to clean targets alone. */
  clean: tf.Tensor4D;
  engine: Engine;
}

/** Opens the fit that a spec names. */
export async function openVariant(spec: DipFitSpec, { noisy, sigma, clean, engine }: Given): Promise<Variant> {
  const { fit } = spec;
  switch (fit.kind) {
    case "criteria":
      return openCriteria(spec, fit, noisy, sigma, engine);
    case "split":
      return openSplit(spec, fit, noisy, sigma, engine);
    case "langevin":
      return openLangevin(spec, fit, noisy, sigma, engine);
    case "sequential":
      return openSequential(spec, fit, noisy, sigma, engine);
    case "clean-targets":
      return openCleanTargets(spec, fit, clean, sigma, engine);
  }
}

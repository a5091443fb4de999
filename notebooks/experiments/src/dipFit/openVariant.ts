import type { DipFitSpec } from "../methods/specs/dipFit";
import { openCriteria } from "./criteria";
import { openCleanTargets, openLangevin, openSequential } from "./otherVariants";
import { openSplit } from "./splitVariant";
import type { Given, Variant } from "./variant";

/** Opens the fit that a spec names. */
export async function openVariant(spec: DipFitSpec, given: Given): Promise<Variant> {
  const { fit } = spec;
  switch (fit.kind) {
    case "criteria":
      return openCriteria(spec, fit, given);
    case "split":
      return openSplit(spec, fit, given);
    case "langevin":
      return openLangevin(spec, fit, given);
    case "sequential":
      return openSequential(spec, fit, given);
    case "clean-targets":
      return openCleanTargets(spec, fit, given);
  }
}

import { type AnySpec, checkSpec as check, type TrialRecord as RecordOf } from "ddpm-dip/trials";
import type { DdpmSpec } from "./methods/specs/ddpm";
import type { DdpmRestoreSpec } from "./methods/specs/ddpmRestore";
import type { DdpmSampleSpec } from "./methods/specs/ddpmSample";
import type { DenoiserSpec } from "./methods/specs/denoiser";
import type { DipFitSpec } from "./methods/specs/dipFit";
import type { DipTaskSpec } from "./methods/specs/dipTask";
import type { FillInSpec } from "./methods/specs/fillIn";
import type { NoiseKindSpec } from "./methods/specs/noiseKind";
import type { PriorTrainingSpec } from "./methods/specs/priorTraining";
import type { RestoreSpec } from "./methods/specs/restore";
import type { WarmStartSpec } from "./methods/specs/warmStart";

/**
 * The specs that the report's tables are made of. A method of which no table here is made need not be among them: the library
 * runs every method that is defined.
 */
export type TrialSpec =
  | DdpmSpec
  | DdpmRestoreSpec
  | DdpmSampleSpec
  | DenoiserSpec
  | DipFitSpec
  | DipTaskSpec
  | FillInSpec
  | NoiseKindSpec
  | PriorTrainingSpec
  | RestoreSpec
  | WarmStartSpec;
/** The spec of one method. */
export type SpecOf<Method extends TrialSpec["method"]> = Extract<TrialSpec, { method: Method }>;

/** A finished trial of the report. */
export type TrialRecord<Spec extends AnySpec = TrialSpec> = RecordOf<Spec>;

/** The library's `checkSpec`, for trials of the report's methods. @throws as it does. */
export function checkSpec(spec: unknown): TrialSpec {
  return check(spec) as TrialSpec;
}

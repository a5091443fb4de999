import { type AnySpec, checkSpec as check, type TrialRecord as RecordOf } from "ddpm-dip/trials";
import type { z } from "zod";
import type { ddpmRestoreSchema, ddpmSchema } from "./methods/specs/ddpm";
import type { ddpmSampleSchema } from "./methods/specs/ddpmSample";
import type { denoiserSchema } from "./methods/specs/denoiser";
import type { dipFitSchema } from "./methods/specs/dipFit";
import type { dipTaskSchema } from "./methods/specs/dipTask";
import type { priorTrainingSchema } from "./methods/specs/priorTraining";
import type { fillInSchema, noiseKindSchema, restoreSchema } from "./methods/specs/restore";
import type { warmStartSchema } from "./methods/specs/warmStart";

/** The specs that the report's tables are made of; the library runs every method that is defined. */
export type TrialSpec =
  | z.infer<typeof ddpmSchema>
  | z.infer<typeof ddpmRestoreSchema>
  | z.infer<typeof ddpmSampleSchema>
  | z.infer<typeof denoiserSchema>
  | z.infer<typeof dipFitSchema>
  | z.infer<typeof dipTaskSchema>
  | z.infer<typeof fillInSchema>
  | z.infer<typeof noiseKindSchema>
  | z.infer<typeof priorTrainingSchema>
  | z.infer<typeof restoreSchema>
  | z.infer<typeof warmStartSchema>;
export type SpecOf<Method extends TrialSpec["method"]> = Extract<TrialSpec, { method: Method }>;
export type DdpmRestoreSpec = SpecOf<"ddpm-restore">;
export type DdpmSampleSpec = SpecOf<"ddpm-sample">;
export type DenoiserSpec = SpecOf<"denoiser">;
export type DipFitSpec = SpecOf<"dip-fit">;
export type RestoreSpec = SpecOf<"restore">;
export type WarmStartSpec = SpecOf<"warm-start">;

/** A finished trial of the report. */
export type TrialRecord<Spec extends AnySpec = TrialSpec> = RecordOf<Spec>;

/** The library's `checkSpec`, for trials of the report's methods. @throws as it does. */
export function checkSpec(spec: unknown): TrialSpec {
  return check(spec) as TrialSpec;
}

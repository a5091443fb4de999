import type { z } from "zod";
import type { TrialContext } from "./context";
import type { AnySpec, TrialResult } from "./record";

/**
 * How near a recomputed trial has to be to the stored one, see `toleranceFor`: `untrained` results follow from a handful of
 * evaluations of a network; `trained` ones from thousands of steps; `tabulated` ones are trained as well and are in the curves.
 */
export type ToleranceKind = "untrained" | "trained" | "tabulated";

/** Computes a trial of one method. @throws the signal's reason when interrupted. */
export type TrialMethod<Spec> = (spec: Spec, context: TrialContext) => Promise<TrialResult>;

export interface Method<Spec extends AnySpec> {
  /** The value of `method` in its specs. */
  name: Spec["method"];
  /** Raised when the code changes the results, so that stored trials of it count as missing. */
  revision: number;
  /** Checks a spec; its field `method` is the name. */
  schema: z.ZodType<Spec>;
  /** `trained` where left out; of the spec where it depends on it. */
  tolerance?: ToleranceKind | ((spec: Spec) => ToleranceKind);
  /** Where another program computes some of the trials. */
  external?: {
    /** The program, or undefined for a trial that `run` computes. */
    toolOf(spec: Spec): string | undefined;
    /** What the user does when such a trial is not stored. */
    remedy: string;
  };
  run: TrialMethod<Spec>;
}

const methods = new Map<string, Method<AnySpec>>();

/** Registers a method, so that trials of it can be run, stored and verified. @throws Error when its name is taken. */
export function defineMethod<Spec extends AnySpec>(method: Method<Spec>): Method<Spec> {
  if (methods.has(method.name)) throw new Error(`the method "${method.name}" is defined already`);
  // A spec reaches a method only after the method's own schema: `checkSpec`.
  methods.set(method.name, method as unknown as Method<AnySpec>);
  return method;
}

export function methodNames(): string[] {
  return [...methods.keys()].sort();
}

export function findMethod(name: string): Method<AnySpec> | undefined {
  return methods.get(name);
}

/** @throws RangeError listing the known methods when there is none of that name. */
export function methodOf(spec: unknown): Method<AnySpec> {
  const name = (spec as Partial<AnySpec> | null | undefined)?.method;
  const method = methods.get(name as string);
  if (method) return method;
  throw new RangeError(
    `the trial's spec is not valid: method: want one of ${methodNames().join(", ")} (got ${JSON.stringify(name)})`,
  );
}

import canonicalize from "canonicalize";
import { sha256 } from "../runtime/digest";
import type { AnySpec } from "./record";
import { methodOf } from "./registry";

/**
 * Checks a spec field by field.
 * @throws RangeError naming each field that is unknown, missing or out of range, and what is allowed; or listing the known
 *   methods when it names another.
 */
export function checkSpec<Spec extends AnySpec>(spec: Spec): Spec;
export function checkSpec(spec: unknown): AnySpec;
export function checkSpec(spec: unknown): AnySpec {
  const parsed = methodOf(spec).schema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => {
    const path = issue.path.join(".");
    const value = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      spec,
    );
    const seen = issue.code === "unrecognized_keys" ? "" : ` (got ${JSON.stringify(value)})`;
    return `${path || "spec"}: ${issue.message}${seen}`;
  });
  throw new RangeError(`the trial's spec is not valid: ${reasons.join("; ")}`);
}

/** Whether a name has the form of `trialKey`: what is called otherwise in a store is someone else's. */
export const isKey = (name: string): boolean => /^[^/\\]+-[0-9a-f]{16}$/.test(name);

/** A trial's name in a store: its method, a hash of spec and revision. @throws RangeError for an unknown method. */
export function trialKey(spec: AnySpec): string {
  const text = canonicalize({ spec, revision: methodOf(spec).revision }) as string;
  return `${spec.method}-${sha256(text).slice(0, 16)}`;
}

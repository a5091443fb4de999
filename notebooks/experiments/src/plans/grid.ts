import { trialKey } from "ddpm-dip/trials";
import { checkSpec, type SpecOf, type TrialSpec } from "../spec";
import { product } from "./common";

/** The fields of a method's spec that a grid may vary, each with the values it takes. */
export type GridAxes<Method extends TrialSpec["method"]> = {
  readonly [Field in Exclude<keyof SpecOf<Method>, "method">]?: readonly SpecOf<Method>[Field][];
};

/**
 * All combinations of some fields' values, the others the same in every trial: the plan of a sweep.
 * @param base the method and every field that does not vary; a field that varies may be left out.
 * @param axes values by field. The first field named is the outermost loop, the last the innermost.
 * @returns checked specs; without axes the base alone.
 * @throws RangeError naming an axis without values, a field that is not valid, or a trial that is there twice.
 * @example
 * grid({ ...plans.planCriteria("smoke")[0], crop: 64 }, { iterations: [300, 600], learningRate: [0.003, 0.01, 0.03] }); // 6 trials
 */
export function grid<Method extends TrialSpec["method"], const Axes extends GridAxes<Method>>(
  base: { method: Method } & Omit<SpecOf<Method>, keyof Axes | "method"> & Partial<SpecOf<Method>>,
  axes: Axes,
): SpecOf<Method>[] {
  const empty = Object.entries(axes).find(([, values]) => (values as readonly unknown[]).length === 0);
  if (empty) throw new RangeError(`${empty[0]}: got no values, want at least one`);
  const seen = new Set<string>();
  return product(axes as Record<string, readonly unknown[]>).map((cell) => {
    const checked = checkSpec({ ...base, ...cell });
    const key = trialKey(checked);
    if (seen.has(key)) throw new RangeError(`the grid names a trial twice: ${JSON.stringify(checked)}`);
    seen.add(key);
    return checked as SpecOf<Method>;
  });
}

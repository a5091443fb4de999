import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { TrialResult } from "./record";

/** Significant digits that carry: of what is computed in float32, of means of it, and of times. */
const digits = { curve: 6, metric: 9, seconds: 4 } as const;

function round(value: number, name: string, of: "curve" | "metric"): number {
  return Number(value.toPrecision(/seconds|msPer/i.test(name) ? digits.seconds : digits[of]));
}

const mapValues = <From, To>(
  table: Record<string, From>,
  change: (value: From, name: string) => To,
): Record<string, To> => Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value, name)]));

/** A result with its numbers as the packed store keeps them: 6 significant digits in curves, 9 in metrics, 4 where it is a time. */
export function roundResult<Result extends Pick<TrialResult, "curves" | "metrics">>(result: Result): Result {
  return {
    ...result,
    curves: mapValues(result.curves, (curve, name) => curve.map((value) => round(value, name, "curve"))),
    metrics: mapValues(result.metrics, (value, name) => round(value, name, "metric")),
  };
}

/** The decimals that a number has when it is written out. */
function decimalsOf(value: number): number {
  const [mantissa = "", exponent] = value.toExponential(digits.curve - 1).split("e");
  return Math.max(0, mantissa.replace(/0+$/, "").length - mantissa.indexOf(".") - 1 - Number(exponent));
}

/** Beyond, whole numbers are not exact in a double with room for their differences. */
const largestWhole = 2 ** 51;

/** The decimals, then the first value and the differences as whole numbers; no decimals and the values where that would not be exact. */
function toSteps(curve: readonly number[]): (number | null)[] {
  const values = curve.map((value) => (Number.isFinite(value) ? value : null));
  const finite = values.filter((value) => value !== null);
  const decimals = finite.reduce((most, value) => Math.max(most, decimalsOf(value)), 0);
  const scale = Number(`1e${decimals}`);
  if (decimals > 22 || finite.some((value) => Math.abs(value) * scale > largestWhole)) return [null, ...values];
  let last = 0;
  const steps = values.map((value) => {
    if (value === null) return null;
    const step = Math.round(value * scale) - last;
    last += step;
    return step;
  });
  return [decimals, ...steps];
}

function fromSteps([decimals = null, ...steps]: readonly (number | null)[]): number[] {
  if (decimals === null) return steps.map((value) => value ?? Number.NaN);
  const scale = Number(`1e${decimals}`);
  let last = 0;
  return steps.map((step) => {
    if (step === null) return Number.NaN;
    last += step;
    return last / scale;
  });
}

/** Writes rounded curves as text: differences as JSON, deflated, in base64; no curves are no text. What is not finite becomes NaN. */
export function encodeCurves(curves: TrialResult["curves"]): string {
  if (Object.keys(curves).length === 0) return "";
  return deflateRawSync(JSON.stringify(mapValues(curves, toSteps)), { level: 9 }).toString("base64");
}

/** Reads what `encodeCurves` wrote, number for number. @throws Error for another text. */
export function decodeCurves(text: string): TrialResult["curves"] {
  if (text === "") return {};
  const steps = JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString()) as Record<string, (number | null)[]>;
  return mapValues(steps, fromSteps);
}

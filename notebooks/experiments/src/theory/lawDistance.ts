import { openStream } from "ddpm-dip/runtime";

/** An error of a start, in units of the noise's standard deviation, whose mean square is the ratio r/nu. */
export type ErrorKind = "constant" | "sparse" | "Gaussian";

const share = 0.05;
const density = (u: number) => Math.exp(-(u * u) / 2) / Math.sqrt(2 * Math.PI);

/** The density of error plus standard normal noise. A sparse error is at one value in twenty, plus or minus. */
function mixed(kind: ErrorKind, ratio: number, u: number): number {
  if (kind === "constant") return density(u - Math.sqrt(ratio));
  if (kind === "Gaussian") return density(u / Math.sqrt(1 + ratio)) / Math.sqrt(1 + ratio);
  const jump = Math.sqrt(ratio / share);
  return (1 - share) * density(u) + (share / 2) * (density(u - jump) + density(u + jump));
}

/** Log ratios of the law with the error to that without, at draws of the former: their mean is the relative entropy per value. */
export function drawLogRatios(kind: ErrorKind, ratio: number, draws: number): number[] {
  const stream = openStream(1, "noise", kind);
  const [noise, normal] = [stream.normal([draws]).dataSync(), stream.child("error").normal([draws]).dataSync()];
  const choose = stream.numbers();
  const errorOf = (i: number) => {
    if (kind === "constant") return Math.sqrt(ratio);
    if (kind === "Gaussian") return Math.sqrt(ratio) * (normal[i] as number);
    return choose() < share ? Math.sign(choose() - 0.5) * Math.sqrt(ratio / share) : 0;
  };
  return Array.from({ length: draws }, (_, i) => {
    const u = (noise[i] as number) + errorOf(i);
    return Math.log(mixed(kind, ratio, u) / density(u));
  });
}

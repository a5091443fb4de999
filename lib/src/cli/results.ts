import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError, whyOf } from "./exit";
import type { FoundPhoto } from "./findPhotos";

/** A mean squared error as the decibels of a PSNR, and as the deviation of noise in grey values. */
export function errorAs(risk: number): { psnr: number; greyValues: number } {
  return { psnr: -10 * Math.log10(Math.max(risk, 1e-6)), greyValues: 255 * Math.sqrt(Math.max(risk, 0)) };
}

/** Files of a photo's result. */
export function filesOf(out: string, { name }: FoundPhoto): { picture: string; record: string } {
  return { picture: join(out, `${name}.png`), record: join(out, `${name}.json`) };
}

/** Makes the folder of the results. @throws UsageError when it cannot be written to. */
export function openOut(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    const probe = join(out, `.${randomBytes(4).toString("hex")}.part`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new UsageError(`--out ${out}: cannot be written to: ${whyOf(error)}`);
  }
}

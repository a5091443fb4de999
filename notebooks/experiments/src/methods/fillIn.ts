import { openDiffusion } from "ddpm-dip/ddpm";
import { psnr, ssim } from "ddpm-dip/metrics";
import { defineMethod, type TrialMethod } from "ddpm-dip/trials";
import { openMeasurement } from "../measurement";
import type { SpecOf } from "../spec";
import { followRestoration } from "./followRestoration";
import { fillInSchema } from "./specs/restore";

const short = (name: string) => (name === "DIP" ? "dip" : "variation");

/**
 * Fills in by the library's own `restore`, with its settings: beside the result's quality and price it stores those of each start, and
 * what it is estimated at; `startsFromDip` is 1 where the diffusion began at DIP's.
 */
const runFillIn: TrialMethod<SpecOf<"fill-in">> = async (spec, context) => {
  const { settings, seeds, size } = spec;
  const measurement = await openMeasurement(spec);
  const { clean, target, operator, mask, known, sigma } = measurement;
  const task = { measurement: operator, measured: target, mask, known, sigma, size: [size, size] as const };
  const options = { ...settings, prior: openDiffusion(spec.prior), seed: seeds.method };
  const metrics: Record<string, number> = {};
  try {
    const restored = await followRestoration(
      task,
      options,
      settings.iterations + (settings.draws ?? 1) * settings.evaluations,
      context,
      (part) => {
        metrics[`${short(part.name)}.psnr`] = psnr(part.image, clean);
      },
    );
    const { image, parts, iterations, evaluations, seconds } = restored;
    Object.assign(metrics, { psnr: psnr(image, clean), ssim: ssim(image, clean), iterations, evaluations, seconds });
    image.dispose();
    for (const { name, risk } of parts) metrics[`${short(name)}.risk`] = risk;
    metrics.startsFromDip = parts.find(({ name }) => name === "DIP")?.weight ?? 0;
    return { curves: {}, metrics, images: {} };
  } finally {
    measurement.dispose();
  }
};

defineMethod({ name: "fill-in", revision: 1, schema: fillInSchema, run: runFillIn });

import { openDiffusion } from "ddpm-dip/ddpm";
import { psnr, ssim } from "ddpm-dip/metrics";
import { defineMethod, type TrialMethod } from "ddpm-dip/trials";
import { openMeasurement } from "../measurement";
import { owning } from "../owning";
import type { SpecOf } from "../spec";
import { followRestoration } from "./followRestoration";
import { fillInSchema } from "./specs/restore";

const short = (name: string) => (name === "DIP" ? "dip" : "variation");

/** Fills in by the library's own `restore`; `startsFromDip` is 1 where the diffusion began at DIP's image. */
const runFillIn: TrialMethod<SpecOf<"fill-in">> = (spec, context) =>
  owning(async (own) => {
    const { settings, seeds, size } = spec;
    const { clean, target, operator, mask, known, sigma } = own(await openMeasurement(spec));
    const task = { measurement: operator, measured: target, mask, known, sigma, size: [size, size] as const };
    const options = { ...settings, prior: openDiffusion(spec.prior), seed: seeds.method };
    const metrics: Record<string, number> = {};
    const total = settings.iterations + (settings.draws ?? 1) * settings.evaluations;
    const restored = await followRestoration(task, options, total, context, (part) => {
      metrics[`${short(part.name)}.psnr`] = psnr(part.image, clean);
    });
    const { parts, iterations, evaluations, seconds } = restored;
    const image = own(restored.image);
    Object.assign(metrics, { psnr: psnr(image, clean), ssim: ssim(image, clean), iterations, evaluations, seconds });
    for (const { name, risk } of parts) metrics[`${short(name)}.risk`] = risk;
    metrics.startsFromDip = parts.find(({ name }) => name === "DIP")?.weight ?? 0;
    return { curves: {}, metrics, images: {} };
  });

defineMethod({ name: "fill-in", revision: 1, schema: fillInSchema, run: runFillIn });

import { beginRestoration, openPrior } from "ddpm-dip/fusion";
import { psnr, ssim } from "ddpm-dip/metrics";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { openMeasurement } from "../measurement";
import { type FillInSpec, fillInSchema } from "./specs/fillIn";

/**
 * Fills in by the library's own `restore`, with its settings: beside the result's quality and price it stores that of DIP's image, and
 * what each of the two starts is estimated at; `startsFromDip` is 1 where the diffusion began at DIP's.
 */
const runFillIn: TrialMethod<FillInSpec> = async (spec, context) => {
  const { settings, seeds, size } = spec;
  const measurement = await openMeasurement(spec);
  const { clean, target, operator, known, sigma } = measurement;
  const task = { measurement: operator, measured: target, mask: known, sigma, size: [size, size] as const };
  const options = { ...settings, prior: openPrior(spec.prior), seed: seeds.method, engine: context.engine };
  const work = beginRestoration(task, options);
  const metrics: Record<string, number> = {};
  try {
    let step = work.next();
    const steps = (function* () {
      for (; !step.done; step = work.next()) yield step.value;
    })();
    for await (const { part } of watch(steps, settings.iterations + settings.evaluations, context)) {
      if (part) metrics["dip.psnr"] = psnr(part.image, clean);
    }
    if (!step.done) throw new Error("the restoration did not come to its end");
    const { image, parts, iterations, evaluations, seconds } = step.value;
    Object.assign(metrics, { psnr: psnr(image, clean), ssim: ssim(image, clean), iterations, evaluations, seconds });
    image.dispose();
    for (const { name, risk } of parts) metrics[`${name === "DIP" ? "dip" : "variation"}.risk`] = risk;
    metrics.startsFromDip = parts.find(({ name }) => name === "DIP")?.weight ?? Number.NaN;
    return { curves: {}, metrics, images: {} };
  } finally {
    work.return(undefined as never);
    measurement.dispose();
  }
};

/** The method "fill-in", registered. */
export const fillInMethod = defineMethod({ name: "fill-in", revision: 1, schema: fillInSchema, run: runFillIn });

import { estimateSigmaImmerkaer, estimateSigmaWavelet, invertStabilised, stabilisePoisson } from "ddpm-dip/data";
import { meanSquaredError, psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { openArm } from "../denoise/openArm";
import { weighWithDdpm } from "../denoise/weighWithDdpm";
import { readSource } from "../imageSource";
import { watchRule } from "../league/watchRule";
import { makeNoisy, noiseLevel, toDataUri } from "../noisyPhoto";
import type { SpecOf } from "../spec";
import { denoiseSchema } from "./specs/denoise";

/**
 * Denoises a photo by one arm. The rules of the arm decide what is returned; the run goes on until the quality has fallen
 * for good, so that each decision can be held against the best image of the same trajectory. The clean photo is for
 * display, and for the arm that leaks.
 */
const runDenoise: TrialMethod<SpecOf<"denoise">> = async (spec, context) => {
  const clean = await readSource({ from: spec.from ?? "photos", name: spec.photo }, { size: spec.size });
  const noisy = makeNoisy(clean, spec);
  const given = openGiven(noisy, spec);
  const { sigma, told } = given;
  const arm = await openArm(spec, given.image, told, { clean, engine: context.engine });
  const watched = Object.entries(arm.rules).map(([name, rule]) => [name, watchRule(rule)] as const);
  const curves: Record<string, number[]> = {};
  const push = (name: string, value: number) => {
    const curve = curves[name] ?? [];
    curves[name] = curve;
    curve.push(Number(value.toPrecision(6)));
  };
  const asImage = (made: Float32Array) => given.imageOf(tf.tensor4d(arm.imageOf(made), clean.shape));
  const oracle = { psnr: Number.NEGATIVE_INFINITY, iteration: 0, made: new Float32Array() };
  const metrics: Record<string, number> = { sigma, psnrNoisy: psnr(noisy, clean) };
  if (spec.estimateSigma) metrics.sigmaTold = told;
  const images: Record<string, string> = {};
  const started = performance.now();
  let [last, judging] = [0, 0];
  try {
    for await (const seen of watch(arm.fit, spec.iterations, context)) {
      const { iteration, loss } = seen;
      const notes = arm.notes();
      arm.observe(seen);
      const known = {
        iteration,
        loss,
        output: seen.output.dataSync() as Float32Array,
        averagedOutput: seen.averagedOutput.dataSync() as Float32Array,
      };
      const running = watched.filter(([, rule]) => !rule.stopped);
      for (const [, rule] of watched) rule.observe(known);
      const judged = performance.now();
      for (const [name, rule] of running) {
        if (rule.stopped) metrics[`${name}.seconds`] = (judged - started - judging) / 1000;
      }
      last = iteration;
      const averaged = asImage(known.averagedOutput);
      const quality = psnr(averaged, clean);
      if (quality > oracle.psnr) Object.assign(oracle, { psnr: quality, iteration, made: known.averagedOutput });
      if (iteration % spec.readEvery === 0) {
        push("iteration", iteration);
        push("loss", loss);
        push("psnr", quality);
        push("ssim", ssim(averaged, clean));
        push("error", meanSquaredError(averaged, clean));
        // The stage in which the iteration was; the risk after it.
        for (const [name, value] of Object.entries({ ...arm.notes(), ...pick(notes, ["stage", "level"]) })) {
          push(name, value);
        }
      }
      averaged.dispose();
      judging += performance.now() - judged;
      const over = iteration >= 1.2 * oracle.iteration + 100;
      if (arm.judge && over && watched.every(([, rule]) => rule.stopped)) break;
    }
    const seconds = (performance.now() - started - judging) / 1000;
    const describe = async (name: string, made: Float32Array) => {
      const image = asImage(made);
      metrics[`${name}.psnr`] = psnr(image, clean);
      metrics[`${name}.ssim`] = ssim(image, clean);
      metrics[`${name}.error`] = meanSquaredError(image, clean);
      if (arm.judge) {
        const { risk, standardError } = arm.judge.estimate(made);
        Object.assign(metrics, { [`${name}.risk`]: risk, [`${name}.standardError`]: standardError });
      }
      if (spec.keepImages) images[name] = await toDataUri(image);
      image.dispose();
    };
    Object.assign(metrics, {
      iterationsRun: last,
      secondsPerIteration: seconds / last,
      evaluations: arm.evaluations(),
    });
    if (spec.keepImages) Object.assign(images, { clean: await toDataUri(clean), noisy: await toDataUri(noisy) });
    await describe("oracle", oracle.made);
    metrics["oracle.iteration"] = oracle.iteration;
    for (const [name, rule] of watched) {
      await describe(name, rule.image());
      metrics[`${name}.iteration`] = rule.iteration;
      metrics[`${name}.noticed`] = rule.noticed;
      metrics[`${name}.ended`] = rule.stopped ? 1 : 0;
      metrics[`${name}.seconds`] ??= seconds;
    }
    if (spec.arm.kind === "split" && spec.arm.weigh && arm.judge) {
      const stopped = (watched[0] as (typeof watched)[number])[1].image();
      const weighed = await weighWithDdpm(
        spec.arm.weigh,
        stopped,
        { judge: arm.judge, sigma: told * Math.sqrt(1 + spec.arm.a ** 2), seed: spec.seeds.input, clean },
        context,
      );
      for (const [name, made] of Object.entries(weighed.made)) await describe(name, made);
      Object.assign(metrics, weighed.metrics);
      Object.assign(curves, weighed.curves);
    }
    return { curves, images, metrics };
  } finally {
    arm.dispose();
    given.dispose();
    tf.dispose([clean, noisy]);
  }
};

/** What a method is given of a noisy photo: the photo or its stabilised twin, and the noise level, known or estimated. */
function openGiven(noisy: tf.Tensor4D, { noise, stabilise, estimateSigma, toldSigma }: SpecOf<"denoise">) {
  const peak = stabilise && noise.kind === "poisson" ? noise.peak : undefined;
  if (stabilise && !peak) throw new RangeError(`stabilise: got noise "${noise.kind}", want "poisson"`);
  const { image, sigma } = peak
    ? stabilisePoisson(noisy, peak)
    : { image: noisy.clone(), sigma: noiseLevel(noisy, { noise }) };
  const estimators = { wavelet: estimateSigmaWavelet, immerkaer: estimateSigmaImmerkaer };
  const believed = estimateSigma ? estimators[estimateSigma](image) : sigma;
  return {
    image,
    /** True standard deviation of the noise in the image. */
    sigma,
    told: believed * toldSigma,
    /** The photo that a denoised image stands for; takes the image over. */
    imageOf(made: tf.Tensor4D): tf.Tensor4D {
      if (!peak) return made;
      const photo = invertStabilised(made, peak);
      made.dispose();
      return photo;
    },
    dispose: () => image.dispose(),
  };
}

function pick(values: Record<string, number>, names: string[]): Record<string, number> {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name] as number]] : [])));
}

/** The method "denoise", registered. */
export const denoiseMethod = defineMethod({
  name: "denoise",
  revision: 1,
  schema: denoiseSchema,
  run: runDenoise,
});

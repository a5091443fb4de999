import { fitDip, holdOutPixels, leastVariation, roughGuess } from "ddpm-dip/dip";
import { createPriorNetwork } from "ddpm-dip/fusion";
import { psnr, ssim } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import { type TrialContext, watch } from "ddpm-dip/trials";
import type { Measurement } from "../measurement";
import { type Own, owning } from "../owning";
import { openCurves } from "../readings";
import type { WarmStartSpec } from "../spec";

type DipPrior = Extract<WarmStartSpec["prior"], { kind: "dip" }>;
type Control = Extract<WarmStartSpec["prior"], { kind: "control" }>["of"];

export interface Snapshot {
  /** Iterations of DIP; 0 for a control. */
  iteration: number;
  /** [1, height, width, channels] in [0, 1]. */
  image: tf.Tensor4D;
  /** Estimated mean squared error, squared image units; NaN where there is no estimate. */
  risk: number;
  /** Until it was there, all that it took, seconds. */
  seconds: number;
}

interface PriorRun {
  snapshots: Snapshot[];
  /** DIP's quality along the fit. */
  curves: Record<string, number[]>;
  /** Of DIP's seconds those in which its step was recorded, before the first iteration was done; 0 for a control. */
  recordingSeconds: number;
}

/** Runs the prior of a spec on what was measured, of which `clean` is for the curves alone. @param keep takes the images. */
export async function runPrior(spec: WarmStartSpec, measured: Measurement, context: TrialContext, keep: Own) {
  if (spec.prior.kind === "dip") return runDipPrior(spec, spec.prior, measured, context, keep);
  const snapshot = makeControl(spec.prior.of, measured);
  keep(snapshot.image);
  return { snapshots: [snapshot], curves: {}, recordingSeconds: 0 };
}

const runDipPrior = (
  { size, channels, seeds }: WarmStartSpec,
  { network: kind, input, learningRate, inputNoise, averageDecay, heldOut, guess, durations }: DipPrior,
  { target, operator, known, sigma, clean }: Measurement,
  context: TrialContext,
  keep: Own,
): Promise<PriorRun> =>
  owning(async (own) => {
    const prepared = own(holdOutPixels(target, { share: heldOut, known }, openStream(seeds.input, "split")));
    const network = own(createPriorNetwork(kind, channels, seeds.network));
    const iterations = Math.max(...durations);
    const snapshots: Snapshot[] = [];
    const { curves, read } = openCurves(6);
    const started = performance.now();
    let [aside, recordingSeconds] = [0, 0];
    const rough = guess && own(roughGuess(prepared, operator, [size, size], guess));
    const fit = fitDip(network, prepared.target, {
      iterations,
      input,
      learningRate,
      inputNoise,
      ...(averageDecay !== undefined && { averageDecay }),
      measure: (image) => prepared.measure?.(operator.measure(image)) as tf.Tensor4D,
      imageSize: [size, size],
      ...(rough !== undefined && { guess: rough }),
      seed: seeds.input,
      engine: context.engine,
    });
    for await (const { iteration, loss, averagedOutput } of watch(fit, iterations, context)) {
      if (iteration === 1) recordingSeconds = (performance.now() - started) / 1000;
      if (iteration % 10 !== 0 && !durations.includes(iteration)) continue;
      const measured = tf.tidy(() => operator.measure(averagedOutput).dataSync() as Float32Array);
      const seen = { iteration, loss, output: measured, averagedOutput: measured };
      const risk = prepared.rule.observe(seen).criterion - sigma ** 2;
      const seconds = (performance.now() - started - aside) / 1000;
      const paused = performance.now();
      const image = tf.tidy(() => putMeasured(averagedOutput, { target, operator, sigma }));
      read({
        ...{ iteration, dipSeconds: seconds, dipPsnr: psnr(image, clean), dipSsim: ssim(image, clean) },
        ...{ dipRisk: risk, dipError: 10 ** (-psnr(averagedOutput, clean) / 10) },
      });
      image.dispose();
      if (durations.includes(iteration)) {
        snapshots.push({ iteration, image: keep(averagedOutput.clone()), risk, seconds });
      }
      aside += performance.now() - paused;
    }
    return { snapshots, curves, recordingSeconds };
  });

/** Without noise, the image with what was measured put in, as the diffusion's are: x - A^+ (A x - y). */
export function putMeasured(
  image: tf.Tensor4D,
  { target, operator, sigma }: Pick<Measurement, "target" | "operator" | "sigma">,
): tf.Tensor4D {
  if (sigma > 0) return image.clone();
  return tf.tidy(() => image.sub(operator.backProject(operator.measure(image).sub(target))));
}

/** What one has of a measurement without a prior: `spread` as DIP gets it. */
function makeControl(of: Control, measurement: Measurement): Snapshot {
  const { plain, target, operator, mask } = measurement;
  const started = performance.now();
  const [, height, width] = plain.shape;
  const seen = { target, ...(mask && { measure: (image: tf.Tensor4D) => image.mul<tf.Tensor4D>(mask) }) };
  const image =
    of === "variation"
      ? leastVariation(target, operator, plain, { radius: noiseLength(measurement) })
      : roughGuess(seen, operator, [height, width], { blur: 1 });
  return { iteration: 0, image, risk: Number.NaN, seconds: (performance.now() - started) / 1000 };
}

/** Expected length of the noise in what was measured. */
function noiseLength({ target, known, sigma }: Measurement): number {
  const share = known ? tf.tidy(() => known.mean().dataSync()[0] as number) : 1;
  return sigma * Math.sqrt(share * target.size);
}

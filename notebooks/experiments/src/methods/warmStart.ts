import { averageSamples, type Denoiser, fromModelRange, openDiffusion, openExperts, streamOfDraw } from "ddpm-dip/ddpm";
import {
  type AuxiliaryEstimate,
  errorAtLevel,
  fuseDenoiser,
  leastErrorWeight,
  restoreFromImage,
  startLevel,
} from "ddpm-dip/fusion";
import { psnr } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { type Measurement, openMeasurement } from "../measurement";
import { toDataUri } from "../noisyCrop";
import { owning } from "../owning";
import { product } from "../plans/common";
import { keepPictures, openCurves, openQuality } from "../readings";
import type { WarmStartSpec } from "../spec";
import { putMeasured, runPrior, type Snapshot } from "../warmStart/prior";
import { warmStartSchema } from "./specs/warmStart";

/**
 * Restores an image by a prior's start and a diffusion from there, in every combination that the spec names; the prior runs once.
 * The curves are one table of reverse diffusions, row by row, and DIP's own curve.
 */
const runWarmStart: TrialMethod<WarmStartSpec> = (spec, context) =>
  owning(async (own) => {
    const diffusion = openDiffusion(spec.checkpoint);
    const { schedule } = diffusion;
    const measurement = own(await openMeasurement(spec));
    const { clean, plain } = measurement;
    const quality = own(openQuality(clean, spec.perceptual));
    const denoiser = own(openExperts(diffusion, [spec.size, spec.size, spec.channels], { engine: context.engine }));
    const prior = await runPrior(spec, measurement, context, own);
    const { snapshots } = prior;
    // The first evaluation records the step; what one pays each time is counted from there on.
    for (const { last } of diffusion.experts) tf.dispose(Object.values(denoiser.denoise(plain, last)));
    const { curves, read } = openCurves(6);
    const images: Record<string, string> = {};
    const { starts, evaluations, guidance } = spec;
    const runs = product({ snapshot: snapshots, rule: starts, count: evaluations, guide: guidance });
    for await (const { snapshot, rule, count, guide } of watch(runs, runs.length, context)) {
      if (rule.by === "risk" && Number.isNaN(snapshot.risk)) {
        throw new RangeError(
          `starts: got "risk" for the control "${(spec.prior as { of: string }).of}", which has no estimate`,
        );
      }
      const from = rule.by === "level" ? rule.t : startLevel(schedule, snapshot.risk, rule.kappa);
      const auxiliaryAt = openAuxiliary(guide, snapshots.slice(0, snapshots.indexOf(snapshot) + 1), spec, denoiser);
      const started = performance.now();
      const random = openStream(spec.seeds.sampler, "sampler");
      const descend = (draw: number) =>
        restoreFromImage(
          guide.kind === "none" ? denoiser : fuseDenoiser(denoiser, auxiliaryAt),
          { measurement: measurement.operator, measured: measurement.target, sigma: measurement.sigma },
          snapshot.image,
          streamOfDraw(random, draw),
          { from, evaluations: count, eta: spec.eta },
        );
      let scoring = 0;
      for (const { t, sample, evaluations: nfe, draws } of averageSamples(descend, spec.draws ?? 1)) {
        if (t > 0) continue;
        const restored = fromModelRange(sample);
        restored.dataSync();
        const ended = performance.now();
        read({
          ...{ duration: snapshot.iteration, t0: from, nfe, guidance: guidance.indexOf(guide) },
          ...(spec.draws !== undefined && { draws }),
          kappa: rule.by === "risk" ? rule.kappa : Number.NaN,
          dipWeight: guide.kind === "none" ? 0 : auxiliaryAt(from).weight,
          ...quality.of(restored),
          ...{ secondsPrior: snapshot.seconds, secondsSampler: (ended - started - scoring) / 1000 },
        });
        if (spec.keepImages && rule === starts[0] && count === evaluations[0] && guide === guidance[0]) {
          images[`prior${snapshot.iteration}`] = await toDataUri(snapshot.image);
          images[`restored${snapshot.iteration}`] = await toDataUri(restored);
        }
        restored.dispose();
        scoring += performance.now() - ended;
      }
    }
    Object.assign(images, await keepPictures(spec.keepImages, { clean, plain }));
    return {
      curves: { ...prior.curves, ...curves },
      images,
      metrics: { "prior.recording": prior.recordingSeconds, ...describePriors(snapshots, measurement, quality) },
    };
  });

/** What DIP says at each level, by the last of the snapshots, or by that whose error the level just covers. */
function openAuxiliary(
  guide: WarmStartSpec["guidance"][number],
  snapshots: readonly Snapshot[],
  { levelErrors }: WarmStartSpec,
  { schedule }: Denoiser,
): (t: number) => AuxiliaryEstimate {
  const last = snapshots.at(-1) as Snapshot;
  switch (guide.kind) {
    case "none":
      return () => ({ image: last.image, weight: 0 });
    case "fixed":
      return () => ({ image: last.image, weight: guide.weight });
    case "falling":
      return (t) => ({ image: last.image, weight: (guide.first * t) / schedule.steps });
    case "errors": {
      const errorOf = ({ risk }: Snapshot) => guide.factor * Math.max(risk, 1e-6);
      const covered = (t: number) => snapshots.find((one) => startLevel(schedule, errorOf(one)) <= t) ?? last;
      return (t) => {
        const snapshot = guide.snapshots ? covered(t) : last;
        const errors = { dip: errorOf(snapshot), ddpm: errorAtLevel(levelErrors, t), correlation: guide.correlation };
        return { image: snapshot.image, weight: leastErrorWeight(errors) };
      };
    }
  }
}

/** Of each image that was started from: its quality, as it is and with what was measured put in, and its estimated error. */
function describePriors(
  snapshots: readonly Snapshot[],
  measurement: Measurement,
  quality: ReturnType<typeof openQuality>,
): Record<string, number> {
  const { clean, plain } = measurement;
  const metrics = quality.of(plain, "plain.");
  for (const { iteration, image, risk, seconds } of snapshots) {
    const name = `prior${iteration}`;
    const joined = putMeasured(image, measurement);
    Object.assign(metrics, quality.of(joined, `${name}.`));
    metrics[`${name}.error`] = 10 ** (-psnr(image, clean) / 10);
    if (!Number.isNaN(risk)) metrics[`${name}.risk`] = risk;
    metrics[`${name}.seconds`] = seconds;
    joined.dispose();
  }
  return metrics;
}

defineMethod({ name: "warm-start", revision: 1, schema: warmStartSchema, tolerance: "tabulated", run: runWarmStart });

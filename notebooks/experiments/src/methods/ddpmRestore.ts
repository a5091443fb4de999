import {
  asDiffused,
  averageOverTurns,
  averageSamples,
  type Denoiser,
  type DiffusionPrior,
  denoiseOnce,
  fromModelRange,
  openDiffusion,
  openExpertNetworks,
  openExperts,
  restoreDdnm,
  restoreDiffpir,
  restoreDps,
  restoreRepaint,
  type SamplingObservation,
  sampleDdim,
  selfEnsembleSize,
  spreadTimes,
  streamOfDraw,
  toModelRange,
} from "ddpm-dip/ddpm";
import { openStream, tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialContext, type TrialMethod, watch } from "ddpm-dip/trials";
import { type Measurement, openMeasurement, scoreImage } from "../measurement";
import { type Own, owning } from "../owning";
import { keepPictures, openQuality } from "../readings";
import type { DdpmRestoreSpec } from "../spec";
import { ddpmRestoreSchema } from "./specs/ddpm";

/** Restores one image by a trained diffusion; what it costs in evaluations and seconds, and what comes out. */
const runDdpmRestore: TrialMethod<DdpmRestoreSpec> = (spec, context) =>
  owning(async (own) => {
    const measurement = own(await openMeasurement(spec));
    const { sampling, steps } = openRestoration(spec, openDiffusion(spec.checkpoint), measurement, context, own);
    let restored: tf.Tensor4D | undefined;
    // The first evaluation records the step; what one pays each time is counted from there on.
    const started = performance.now();
    let evaluations = 0;
    for await (const state of watch(sampling, steps, context)) {
      evaluations = state.evaluations;
      // RePaint comes by here once a round, and so does each of several draws.
      if (state.t === 0) restored = own(fromModelRange(state.sample));
    }
    const seconds = (performance.now() - started) / 1000;
    if (!restored) throw new Error("the sampler did not come to its end");
    const { clean, plain } = measurement;
    return {
      curves: {},
      images: await keepPictures(spec.keepImages, { clean, plain, restored }),
      metrics: {
        evaluations,
        seconds,
        ...scoreImage("plain", plain, measurement),
        ...scoreImage("restored", restored, measurement, own(openQuality(clean, spec.perceptual))),
      },
    };
  });

interface Restoration {
  sampling: Iterable<SamplingObservation>;
  steps: number;
}

function openRestoration(
  { restorer, size, channels, seeds, task }: DdpmRestoreSpec,
  prior: DiffusionPrior,
  { target, operator, sigma, mask }: Measurement,
  { engine }: TrialContext,
  own: Own,
): Restoration {
  const random = openStream(seeds.sampler, "sampler");
  const { schedule } = prior;
  const denoiser = own(openExperts(prior, [size, size, channels], { engine }));
  const warmUp = (start: tf.Tensor4D, t: number) => tf.dispose(Object.values(denoiser.denoise(start, t)));
  if (restorer.kind === "one-step" || restorer.kind === "ddim" || restorer.kind === "self-ensemble") {
    if (task.kind !== "denoise")
      throw new RangeError(`restorer: got "${restorer.kind}" for ${task.kind}, it denoises only`);
    if (restorer.kind === "self-ensemble") return openSelfEnsemble(denoiser, target, sigma);
    const { t, sample } = asDiffused(schedule, target, sigma);
    warmUp(own(sample), t);
    const times = restorer.kind === "one-step" ? [t] : spreadTimes(t, Math.min(t, restorer.evaluations));
    return { sampling: sampleDdim(denoiser, sample, { times }), steps: times.length };
  }
  const start = own(random.child("start").normal([1, size, size, channels]) as tf.Tensor4D);
  for (const { last } of prior.experts) warmUp(start, last);
  const observation = { measurement: operator, measured: target, sigma };
  const times = spreadTimes(schedule.steps, restorer.kind === "repaint" ? restorer.levels : restorer.evaluations);
  const steps = times.length;
  switch (restorer.kind) {
    case "ddnm": {
      const { eta, draws = 1 } = restorer;
      function* descend(draw: number) {
        const own = streamOfDraw(random, draw);
        const from = own.child("start").normal([1, size, size, channels]) as tf.Tensor4D;
        try {
          yield* restoreDdnm(denoiser, observation, from, own, { times, eta });
        } finally {
          from.dispose();
        }
      }
      return { sampling: averageSamples(descend, draws), steps: draws * steps };
    }
    case "diffpir": {
      const { lambda, zeta } = restorer;
      return { sampling: restoreDiffpir(denoiser, observation, start, random, { times, lambda, zeta }), steps };
    }
    case "dps": {
      const networks = own(openExpertNetworks(prior));
      const options = { times, scale: restorer.scale, engine };
      return { sampling: restoreDps(networks.at, schedule, observation, start, random, options), steps };
    }
    case "repaint": {
      if (!mask) throw new RangeError(`restorer: got "repaint" for ${task.kind}, it fills in only`);
      const { levels, repeats, jump } = restorer;
      const sampling = restoreRepaint(denoiser, { known: target, mask }, start, random, { times, repeats, jump });
      return { sampling, steps: levels * repeats };
    }
  }
}

function openSelfEnsemble(denoiser: Denoiser, target: tf.Tensor4D, sigma: number): Restoration {
  const denoise = () => averageOverTurns(target, (turned) => denoiseOnce(denoiser, turned, sigma));
  // With a batch of the same size, as elsewhere: the first evaluation records the step.
  denoise().dispose();
  function* sample(): Generator<SamplingObservation> {
    const made = tf.tidy(() => toModelRange(denoise()));
    try {
      yield { t: 0, sample: made, predictedClean: made, evaluations: selfEnsembleSize };
    } finally {
      made.dispose();
    }
  }
  return { sampling: sample(), steps: 1 };
}

defineMethod({
  name: "ddpm-restore",
  revision: 1,
  schema: ddpmRestoreSchema,
  tolerance: "untrained",
  run: runDdpmRestore,
});

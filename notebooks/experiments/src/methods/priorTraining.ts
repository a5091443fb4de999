import { linearSchedule, openDenoiser, trainDdpm } from "ddpm-dip/ddpm";
import { cosineDecay, type Parameters, withParameters } from "ddpm-dip/nn";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { owning } from "../owning";
import { drawImages, type PriorTrainingSpec } from "../priorTraining/images";
import { openConditional, openGenerative } from "../priorTraining/trainingVariants";
import { openCurves } from "../readings";
import { priorTrainingSchema } from "./specs/priorTraining";

const noiseSteps = 1000;

/** Trains a small DDPM with what DIP gives to it, or without, and validates it on the way with its averaged weights. */
const runPriorTraining: TrialMethod<PriorTrainingSpec> = (spec, context) =>
  owning(async (own) => {
    const { training, validation } = await drawImages(spec);
    own([training, validation]);
    const schedule = linearSchedule(noiseSteps);
    const open = spec.prior.kind === "shift" ? openConditional : openGenerative;
    const variant = await open(spec, { training, validation }, context, own);
    const { condition } = variant;
    const network = own(variant.network);
    const size = [spec.size, spec.size, 3] as const;
    const denoiser = own(
      openDenoiser(network, schedule, size, { engine: context.engine, ...(condition && { condition }) }),
    );
    const { curves, read } = openCurves(6);
    const stepMs: number[] = [];
    let lossSum = 0;
    const validateAt = async (step: number, average: Parameters) => {
      const validated = await withParameters(network.parameters, average, () => {
        denoiser.refresh();
        return variant.validate(denoiser);
      });
      read({ step, trainingLoss: lossSum / spec.validateEvery, ...validated });
      lossSum = 0;
      return validated;
    };
    const steps = trainDdpm(network, schedule, variant.batchAt, {
      steps: spec.steps,
      learningRate: cosineDecay({ peak: spec.learningRate, warmup: Math.ceil(spec.steps / 20), steps: spec.steps }),
      clipNorm: 1,
      averageDecay: 0.99,
      seed: spec.seeds.training,
      engine: context.engine,
    });
    let validated: Record<string, number> = {};
    let began = performance.now();
    for await (const { step, loss, readAverage } of watch(steps, spec.steps, context)) {
      stepMs.push(performance.now() - began);
      lossSum += loss;
      if (step % spec.validateEvery === 0) validated = await validateAt(step, readAverage());
      began = performance.now();
    }
    return {
      curves,
      images: {},
      metrics: {
        ...validated,
        dipSeconds: variant.dipSeconds,
        secondsPerStep: (stepMs.sort((a, b) => a - b)[Math.floor(stepMs.length / 2)] as number) / 1000,
      },
    };
  });

defineMethod({ name: "prior-training", revision: 1, schema: priorTrainingSchema, run: runPriorTraining });

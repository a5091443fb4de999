import type { tf } from "ddpm-dip/runtime";
import { defineMethod, missingExternal, type TrialContext, type TrialMethod } from "ddpm-dip/trials";
import { isExternal } from "../externalTrial";
import { readNoisyCrop } from "../noisyCrop";
import { openPriorDenoiser } from "../priorDenoiser";
import { scoreDenoised } from "../scoreDenoised";
import type { SpecOf } from "../spec";
import { denoiserSchema } from "./specs/denoiser";

type DenoiserSpec = SpecOf<"denoiser">;

/**
 * Denoises an image in its natural size by one denoiser that is told the noise level, and measures what comes out. Its seconds
 * are of the denoising alone: one call after another that recorded the step.
 * @throws Error for an external tool's trial, which another program makes; as `readNoisyCrop`; as the denoiser.
 */
const runDenoiser: TrialMethod<DenoiserSpec> = async (spec, context) => {
  if (isExternal(spec)) throw missingExternal([spec]);
  const photo = await readNoisyCrop({ ...spec, seed: spec.seeds.noise });
  try {
    const { image, seconds } = await denoise(spec, photo.noisy, context);
    try {
      return await scoreDenoised(spec, photo, image, seconds);
    } finally {
      image.dispose();
    }
  } finally {
    photo.clean.dispose();
    photo.noisy.dispose();
  }
};

interface Denoised {
  image: tf.Tensor4D;
  seconds: number;
}

async function denoise(spec: DenoiserSpec, noisy: tf.Tensor4D, context: TrialContext): Promise<Denoised> {
  const { denoiser } = spec;
  switch (denoiser.kind) {
    case "prior": {
      const prior = openPriorDenoiser(denoiser, noisy.shape, context.engine);
      try {
        prior.denoise(noisy, spec.sigma).dispose();
        return timed(() => prior.denoise(noisy, spec.sigma));
      } finally {
        prior.dispose();
      }
    }
    default:
      return { image: noisy.clone(), seconds: 0 };
  }
}

function timed(make: () => tf.Tensor4D): Denoised {
  const started = performance.now();
  const image = make();
  // Nothing is asynchronous on the CPU; on a GPU the call returns before the work is done.
  image.dataSync();
  return { image, seconds: (performance.now() - started) / 1000 };
}

defineMethod({
  name: "denoiser",
  revision: 1,
  schema: denoiserSchema,
  tolerance: () => "untrained",
  external: {
    toolOf: (spec) => (isExternal(spec) ? spec.denoiser.kind : undefined),
    remedy: 'run "npm run baselines", which installs the tools and computes them',
  },
  run: runDenoiser,
});

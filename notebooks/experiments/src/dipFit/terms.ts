import { drawPatches, listPhotos } from "ddpm-dip/data";
import { denoiseOnce, openCheckpoint, openDenoiser } from "ddpm-dip/ddpm";
import { type FitDipOptions, squaredError } from "ddpm-dip/dip";
import { type AdversarialTerm, adversarialTerm, type LossTerm, perceptualTerm } from "ddpm-dip/fusion";
import { openStream, tf } from "ddpm-dip/runtime";
import { readPhotos } from "../imageSource";
import type { Own } from "../owning";
import type { DipFitSpec } from "../spec";
import type { FitOf, Given } from "./variant";

type TermsSpec = NonNullable<FitOf<"split">["terms"]>;
type Fit = Pick<FitDipOptions, "objective" | "controls" | "alongside">;

interface Terms {
  terms: LossTerm[];
  adversarial: AdversarialTerm | undefined;
}

const patchSide = 32;
const patchCount = 8;

/** Opens the terms that a spec names for a fit of a target of this noise. */
export async function openTerms(
  { perceptual, adversarial: named }: TermsSpec,
  target: tf.Tensor4D,
  sigma: number,
  { seed }: DipFitSpec,
  { engine, own }: Given,
): Promise<Terms> {
  const terms: LossTerm[] = [];
  if (perceptual) {
    const [, ...size] = target.shape;
    const { network, schedule } = openCheckpoint(perceptual.checkpoint);
    const denoiser = openDenoiser(own(network), schedule, size, { engine });
    const reference = denoiseOnce(denoiser, target, sigma);
    terms.push(own(perceptualTerm(network, schedule, reference, perceptual)));
    tf.dispose(reference);
    denoiser.dispose();
  }
  const adversarial = named && (await openAdversarial(named, seed, own));
  if (adversarial) terms.push(adversarial);
  return { terms, adversarial };
}

async function openAdversarial(
  options: NonNullable<TermsSpec["adversarial"]>,
  seed: number,
  own: Own,
): Promise<AdversarialTerm> {
  const photos = own(await readPhotos(listPhotos("train"), { size: 128 }));
  const random = openStream(seed, "data", "real patches");
  const latest: { patches?: tf.Tensor4D } = own({});
  const draw = (iteration: number) => {
    tf.dispose(latest);
    latest.patches = drawPatches(photos, { count: patchCount, size: patchSide }, random, iteration);
    return latest.patches;
  };
  return own(adversarialTerm(draw, [patchCount, patchSide, patchSide, 3], { ...options, seed }));
}

/** A fit with the terms beside what it minimises. */
export function addTerms(fit: Fit, added: Terms | undefined): Fit {
  if (!added) return fit;
  const { terms, adversarial } = added;
  const objective = fit.objective ?? squaredError;
  const controls = [fit.controls, adversarial?.controls].flatMap((one) => (one ? [one] : []));
  return {
    objective: (state) => tf.addN([objective(state), ...terms.map(({ term }) => term(state))]) as tf.Scalar,
    controls: {
      shapes: Object.assign({}, ...controls.map(({ shapes }) => shapes)),
      read: (iteration) => Object.assign({}, ...controls.map(({ read }) => read(iteration))),
    },
    ...(adversarial && { alongside: adversarial.alongside }),
  };
}

import { drawPatches, listPhotos } from "ddpm-dip/data";
import { denoiseOnce, openCheckpoint, openDenoiser } from "ddpm-dip/ddpm";
import { type FitDipOptions, squaredError } from "ddpm-dip/dip";
import { type AdversarialTerm, adversarialTerm, type LossTerm, perceptualTerm } from "ddpm-dip/fusion";
import { type Engine, openStream, tf } from "ddpm-dip/runtime";
import { readPhotos } from "../imageSource";
import type { DipFitSpec } from "../spec";
import type { FitOf } from "./variant";

type TermsSpec = NonNullable<FitOf<"split">["terms"]>;
type Fit = Pick<FitDipOptions, "objective" | "controls" | "alongside">;

interface Terms {
  terms: LossTerm[];
  adversarial?: AdversarialTerm;
  dispose(): void;
}

const patchSide = 32;
const patchCount = 8;

/** Opens the terms that a spec names for a fit of a target of this noise. */
export async function openTerms(
  { perceptual, adversarial }: TermsSpec,
  target: tf.Tensor4D,
  sigma: number,
  { seed }: DipFitSpec,
  engine: Engine,
): Promise<Terms> {
  const owned: { dispose(): void }[] = [];
  const terms: LossTerm[] = [];
  if (perceptual) {
    const [, ...size] = target.shape;
    const { network, schedule } = openCheckpoint(perceptual.checkpoint);
    const denoiser = openDenoiser(network, schedule, size, { engine });
    const reference = denoiseOnce(denoiser, target, sigma);
    const term = perceptualTerm(network, schedule, reference, perceptual);
    tf.dispose(reference);
    denoiser.dispose();
    terms.push(term);
    owned.push(term, network);
  }
  const discriminator = adversarial && (await openAdversarial(adversarial, seed));
  if (discriminator) {
    terms.push(discriminator.term);
    owned.push(discriminator);
  }
  return {
    terms,
    ...(discriminator && { adversarial: discriminator.term }),
    dispose() {
      for (const one of owned) one.dispose();
    },
  };
}

async function openAdversarial(
  { weight, learningRate }: NonNullable<TermsSpec["adversarial"]>,
  seed: number,
): Promise<{ term: AdversarialTerm; dispose(): void }> {
  const photos = await readPhotos(listPhotos("train"), { size: 128 });
  const random = openStream(seed, "data", "real patches");
  let patches: tf.Tensor4D | undefined;
  const draw = (iteration: number) => {
    patches?.dispose();
    patches = drawPatches(photos, { count: patchCount, size: patchSide }, random, iteration);
    return patches;
  };
  const term = adversarialTerm(draw, [patchCount, patchSide, patchSide, 3], { weight, learningRate, seed });
  return {
    term,
    dispose() {
      term.dispose();
      tf.dispose([...photos, ...(patches ? [patches] : [])]);
    },
  };
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

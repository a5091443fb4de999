import type { Engine } from "../runtime";
import { coverAnySize } from "./anySize";
import { type Denoiser, openDenoiser } from "./denoiser";
import type { NoisePredictor, TrainedPredictor } from "./noisePredictor";
import { alphaBarAt, type NoiseSchedule } from "./schedule";

/** A network and the levels that it is asked at. */
export interface Expert {
  /** What it is called in a sentence, as "DDPM". */
  name: string;
  /** Its last level; its first is the one behind the last of the expert before. */
  last: number;
  /** Loads its network, once for each call; the caller frees what it gets. */
  open(): TrainedPredictor;
}

/** A trained diffusion: one network for all levels, or expert denoisers for a range each (eDiff-I, Balaji et al. 2022, section 4). */
export interface DiffusionPrior {
  schedule: NoiseSchedule;
  /** By rising levels, to the last of the schedule. */
  experts: readonly Expert[];
}

/** The expert of a level. @throws RangeError when t is not a level of the schedule, or none knows it. */
export function expertAt({ schedule, experts }: DiffusionPrior, t: number): Expert {
  alphaBarAt(schedule, t);
  const expert = experts.find(({ last }) => t <= last);
  if (!expert) throw new RangeError(`t: got ${t}, the experts know the levels to ${experts.at(-1)?.last ?? 0}`);
  return expert;
}

/** The networks of a prior, for images of any size. */
export interface ExpertNetworks {
  /** The network of a level; stays the owner's. @throws as `expertAt`, and what loading it throws. */
  at(t: number): NoisePredictor;
  dispose(): void;
}

/** Opens the networks of a prior: each is loaded when the first of its levels is asked for. */
export function openExpertNetworks(prior: DiffusionPrior): ExpertNetworks {
  const loaded = new Map<Expert, TrainedPredictor>();
  let disposed = false;
  return {
    at(t) {
      if (disposed) throw new Error("the networks of the prior were disposed of");
      const expert = expertAt(prior, t);
      const network = loaded.get(expert) ?? coverAnySize(expert.open());
      loaded.set(expert, network);
      return network;
    },
    dispose() {
      disposed = true;
      for (const network of loaded.values()) network.dispose();
      loaded.clear();
    },
  };
}

/**
 * Makes a denoiser of a prior, for every sampler and restorer: a level is evaluated by its expert alone, whose network is loaded
 * and recorded when the first of its levels is asked for; that of a sole expert at once.
 * @param size height, width and channels of the images; any that the networks' depth allows.
 * @returns a denoiser that owns its networks: `dispose` frees them too.
 */
export function openExperts(
  prior: DiffusionPrior,
  size: readonly [number, number, number],
  { engine = "recorded" }: { engine?: Engine } = {},
): Denoiser {
  const { schedule, experts } = prior;
  const networks = openExpertNetworks(prior);
  const opened = new Map<NoisePredictor, Denoiser>();
  const at = (t: number): Denoiser => {
    const network = networks.at(t);
    const denoiser = opened.get(network) ?? openDenoiser(network, schedule, size, { engine });
    opened.set(network, denoiser);
    return denoiser;
  };
  const dispose = () => {
    for (const denoiser of opened.values()) denoiser.dispose();
    opened.clear();
    networks.dispose();
  };
  try {
    if (experts.length === 1) at(schedule.steps);
    return {
      schedule,
      denoise: (xt, t, options) => at(t).denoise(xt, t, options),
      refresh() {
        for (const denoiser of opened.values()) denoiser.refresh();
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

import { checkpointsFolder, sha256 } from "../../runtime";
import { loadSchedule } from "../checkpoint";
import type { DiffusionPrior, Expert } from "../experts";
import { ffdnetLargestSigma } from "../ffdnet";
import { lastLevelWithin, predictByDenoiser } from "../gaussianDenoiser";
import {
  type CheckpointName,
  checkpointFile,
  hasCheckpoint,
  nameCheckpoint,
  openCheckpoint,
  openFfdnet,
} from "./checkpoints";
import { expertPriors, priorNames } from "./priorNames";

/**
 * Names a prior that is there, as a spec does: one of `priorNames`, or the checkpoint of a trained DDPM. That of one checkpoint
 * is named as the checkpoint is; the digest of one of experts is of its checkpoints' digests.
 * @throws Error listing the names when there is none of that name; Error when a checkpoint of it is missing.
 */
export function namePrior(name: string): CheckpointName {
  const experts = expertPriors.get(name);
  if (experts) {
    const digests = [experts.ffdnet, experts.ddpm].map((part) => nameCheckpoint(part).digest);
    return { name, digest: sha256(digests.join()).slice(0, 16) };
  }
  if (hasCheckpoint(name)) return nameCheckpoint(name);
  throw new Error(
    `there is no prior "${name}": want ${priorNames.join(", ")} or the name of a DDPM's checkpoint in ${checkpointsFolder()}`,
  );
}

/**
 * Opens a prior, for `openExperts`: the networks are loaded when they are asked for.
 * @param prior its name, or as a spec names it.
 * @throws as `namePrior`; Error when a checkpoint is damaged, or the prior another one than the spec names.
 */
export function openDiffusion(prior: string | CheckpointName): DiffusionPrior {
  const named = namePrior(typeof prior === "string" ? prior : prior.name);
  if (typeof prior !== "string" && prior.digest !== named.digest) {
    throw new Error(`${named.name} is another checkpoint: its digest is ${named.digest}, not ${prior.digest}`);
  }
  const experts = expertPriors.get(named.name);
  const ddpm = experts ? nameCheckpoint(experts.ddpm) : named;
  const schedule = loadSchedule(checkpointFile(ddpm));
  const above: Expert = { name: "DDPM", last: schedule.steps, open: () => openCheckpoint(ddpm).network };
  if (!experts) return { schedule, experts: [above] };
  const ffdnet = nameCheckpoint(experts.ffdnet);
  const below: Expert = {
    name: "FFDNet",
    last: lastLevelWithin(schedule, ffdnetLargestSigma),
    open: () => predictByDenoiser(openFfdnet(ffdnet), schedule),
  };
  return { schedule, experts: below.last < schedule.steps ? [below, above] : [below] };
}

import { z } from "zod";
import { dipFields, fitFields, noise, noisyPhotoFields, size } from "./fields";

/** The kinds of training that the stopping criteria want. */
export const trainings = ["plain", "held-out-2", "held-out-10", "pseudo-noise", "sure", "split"] as const;

/** Of a trial of a benchmark of stopping criteria. */
export const leagueSchema = z.strictObject({
  method: z.literal("league"),
  photo: noisyPhotoFields.photo,
  size,
  noise,
  network: dipFields.network,
  ...fitFields,
  /** What the network is fitted to: the noisy photo, or what a rule that changes training wants. */
  training: z.enum(trainings),
  /** The noise level that the rules are told, as a multiple of the true one. */
  toldSigma: z.number().positive().max(10),
  /** Whether the images that the rules return are stored. */
  keepImages: z.boolean(),
});

/** A trial of a benchmark of stopping criteria, as plain data. */
export type LeagueSpec = z.infer<typeof leagueSchema>;

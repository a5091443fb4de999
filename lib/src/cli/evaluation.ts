import { z } from "zod";
import type { Outcome } from "./runPhotos";

const scoreSchema = z.object({ psnr: z.number(), ssim: z.number(), seconds: z.number() });
/** A photo's scores as they are stored. */
export const scoresSchema = z.object({
  key: z.string(),
  /** By way: what was given, the combination, DIP alone, the DDPM alone. */
  scores: z.object({ given: scoreSchema, restored: scoreSchema, dip: scoreSchema, ddpm: scoreSchema }),
});

/** PSNR in dB, SSIM and seconds of each way on a photo. */
export type PhotoScores = z.infer<typeof scoresSchema>;

/** An evaluation of the ways on photos. */
export interface Evaluation {
  photos: Outcome<PhotoScores>[];
  out: string;
  seconds: number;
  stopped: boolean;
}

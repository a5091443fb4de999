import type { SkippedFile } from "../data/imageFolder";
import type { PhotoScores } from "./resultRecord";
import type { Outcome } from "./runPhotos";

/** An evaluation of the ways on photos. */
export interface Evaluation {
  photos: Outcome<PhotoScores>[];
  skipped: SkippedFile[];
  out: string;
  seconds: number;
  stopped: boolean;
  /** Why the tables could not be written. */
  problem?: string | undefined;
}

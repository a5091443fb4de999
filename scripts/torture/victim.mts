import { createHash } from "node:crypto";

/** A command that is ended at random moments, and what must hold after that. */
export interface Victim {
  /** Fills a folder with what is there before its first run. */
  prepare(folder: string): Promise<void>;
  /** Words for Node that start it on a folder, from the top of the project. */
  words(folder: string): string[];
  /** Digests of what lies in the folder by name. @throws Error naming what is half there or cannot be read. */
  look(folder: string): Record<string, string>;
  /** Whether all is there from the beginning, so that nothing may ever be missing; else only what a run has finished. */
  complete?: boolean;
}

export const digestOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

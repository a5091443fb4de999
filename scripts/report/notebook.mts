import { readFileSync } from "node:fs";
import { runtime } from "ddpm-dip";

export interface Output {
  output_type: "display_data" | "execute_result" | "stream" | "error";
  /** By media type; Jupyter stores text as a string or as lines. */
  data?: Record<string, unknown>;
  metadata?: { ddpmDip?: FigureMark };
}

export interface Cell {
  cell_type: "markdown" | "code" | "raw";
  id?: string;
  source: string | string[];
  metadata: { tags?: string[]; place?: number };
  outputs?: Output[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** Text that Jupyter may have stored as lines. */
export function joinText(text: unknown): string {
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}

/** @throws Error naming the file when it cannot be read. */
export function readNotebook(file: string): Notebook {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Notebook;
  } catch (error) {
    throw new Error(`cannot read the notebook ${file}: ${runtime.whyOf(error)}`);
  }
}

/** The mark that `lib/src/figure` leaves on its outputs. */
export interface FigureMark {
  part: "figure" | "table" | "caption";
  id: string;
  caption?: string;
}

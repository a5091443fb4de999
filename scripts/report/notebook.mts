import { readFileSync } from "node:fs";

/** Contents of an output by media type; Jupyter stores text as a string or as lines. */
export type MediaBundle = Record<string, unknown>;

export interface Output {
  output_type: "display_data" | "execute_result" | "stream" | "error";
  data?: MediaBundle;
  metadata?: Record<string, unknown>;
  name?: string;
  text?: string | string[];
}

export interface Cell {
  cell_type: "markdown" | "code" | "raw";
  id?: string;
  source: string | string[];
  metadata: Record<string, unknown>;
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

export function readNotebook(file: string): Notebook {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Notebook;
  } catch (error) {
    throw new Error(`cannot read the notebook ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The mark that `lib/src/figure` leaves on its outputs. */
export function figureMark(
  output: Output,
): { part: "figure" | "table" | "caption"; id: string; caption?: string } | undefined {
  return output.metadata?.ddpmDip as ReturnType<typeof figureMark>;
}

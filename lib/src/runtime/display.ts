import { randomBytes } from "node:crypto";

/** Contents by media type; the front end shows the richest it knows. */
type MediaBundle = Record<string, unknown>;

type WriteDisplayData = (
  message: { data: MediaBundle; metadata: Record<string, unknown>; transient: { display_id?: string } },
  update?: boolean,
) => void;

function kernelWriter(): WriteDisplayData | undefined {
  // Loaded only where the kernel has already loaded it: a terminal program need not start tslab.
  const file = Object.keys(require.cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const loaded = file === undefined ? undefined : require.cache[file];
  return (
    (loaded?.exports as { lastWriteDisplayData?: WriteDisplayData } | undefined)?.lastWriteDisplayData ?? undefined
  );
}

function requireWriter(): WriteDisplayData {
  const write = kernelWriter();
  if (!write) throw new Error("there is no notebook cell to show the output in");
  return write;
}

export function inNotebook(): boolean {
  return kernelWriter() !== undefined;
}

/** Shows one output in several media types, which tslab's own `display` cannot send. @throws Error outside of a notebook. */
export function displayBundle(data: MediaBundle, metadata: Record<string, unknown> = {}): void {
  requireWriter()({ data, metadata, transient: {} });
}

/** An output that can be replaced while its cell runs. @throws Error outside of a notebook. */
export function openDisplay(): (data: MediaBundle) => void {
  const write = requireWriter();
  const id = randomBytes(8).toString("hex");
  let shown = false;
  return (data) => {
    write({ data, metadata: {}, transient: { display_id: id } }, shown);
    shown = true;
  };
}

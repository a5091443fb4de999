import canonicalize from "canonicalize";
import type { z } from "zod";
import { sha256 } from "../runtime/digest";

/** The hash of all that a result depends on. @param parts plain data. */
export function keyOf(parts: unknown): string {
  return sha256(canonicalize(parts) as string).slice(0, 32);
}

/** Plain data as a JSON document that carries its own digest. */
export function seal(data: object): string {
  return `${JSON.stringify({ ...data, digest: keyOf(JSON.parse(JSON.stringify(data))) }, null, 1)}\n`;
}

/** What `seal` was given. @throws Error saying how the text is not what `seal` wrote. */
export function unseal<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error("it is no JSON document");
  }
  const { digest, ...data } = Object(read) as Record<string, unknown>;
  if (digest !== keyOf(data)) throw new Error("its content does not match its digest");
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new Error(`${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

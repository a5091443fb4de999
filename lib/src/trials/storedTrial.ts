import { z } from "zod";
import { sha256 } from "../runtime/digest";
import { listPictures, openPictures, readPicture, shortDigest, writePicture } from "./pictures";
import { type AnySpec, recordSchema, type TrialRecord } from "./record";
import { decodeCurves, encodeCurves, roundResult } from "./rounding";
import { isKey } from "./spec";

/** A place of the store and what it holds: a trial, or the reason why it is none. */
export type StoredTrial<Spec extends AnySpec = AnySpec> = {
  /** Of the trial that is looked for here; empty for a line that does not say. */
  key: string;
  file: string;
  /** In a file of several trials, from 1. */
  line?: number;
} & ({ record: TrialRecord<Spec>; damage?: undefined } | { record?: undefined; damage: string });

/** Names a place of the store for a message. */
export function placeOf({ file, line, key }: Pick<StoredTrial, "file" | "line" | "key">): string {
  return line === undefined ? file : `${file}, line ${line} (${key || "which trial, it does not say"})`;
}

/** A record is of the caller's spec because its key, a hash of that spec, is. */
function checkKey<Spec extends AnySpec>(record: TrialRecord, key: string): TrialRecord<Spec> {
  if (record.key !== key) throw new Error(`it holds the trial ${record.key}`);
  return record as TrialRecord<Spec>;
}

/** The text of a record's own file: the record and the SHA-256 of its own JSON. */
export function formatStored(record: TrialRecord): string {
  const body = JSON.stringify({ ...record, images: Object.fromEntries(listPictures(record.images)) });
  return `{"digest":"${sha256(body)}",\n"record":${body}}\n`;
}

const isStored = (value: unknown): value is { digest: string; record: unknown } =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "digest") && Object.hasOwn(value, "record");

/** Reads the text of a record's file, whose spec the key vouches for. @throws Error saying what is wrong with it: cut, altered, or another trial's. */
export function parseStored<Spec extends AnySpec>(text: string, key: string): TrialRecord<Spec> {
  const stored: unknown = JSON.parse(text);
  if (!isStored(stored)) throw new Error("it is no record of this program");
  const { digest, record } = stored;
  if (digest !== sha256(JSON.stringify(record))) throw new Error("its content does not match its digest");
  const parsed = recordSchema.parse(record);
  return checkKey({ ...parsed, images: openPictures(parsed.key, parsed.images) } as unknown as TrialRecord, key);
}

const packedSchema = recordSchema.extend({ curves: z.string(), images: z.record(z.string(), z.string().nullable()) });

/**
 * The line of a record in a file of several, see `roundResult`: its curves as text, its pictures as digests.
 * @param isShown whether a picture is kept. @param folder of the store, where its pictures are written.
 */
export async function formatLine(
  record: TrialRecord,
  { folder, isShown }: { folder: string; isShown: (name: string) => boolean },
): Promise<string> {
  const { key, spec, curves, images: _, metrics, costs, ...run } = roundResult(record);
  const images: Record<string, string | null> = {};
  for (const [name, source] of listPictures(record.images)) {
    images[name] = source !== null && isShown(name) ? await writePicture(folder, source) : null;
  }
  const seconds = Number(costs.seconds.toPrecision(6));
  const body = JSON.stringify({
    ...{ key, spec, metrics, costs: { ...costs, seconds }, ...run, images },
    curves: encodeCurves(curves),
  });
  return `{"digest":"${shortDigest(body)}","record":${body}}`;
}

const form = /^\{"digest":"(?<digest>[0-9a-f]{16})","record":(?<body>\{.*\})\}$/;

/** What a line holds, checked against its digest. @throws Error for a line that is damaged. */
export function openLine(line: string): z.infer<typeof packedSchema> {
  const { digest, body = "" } = form.exec(line)?.groups ?? {};
  if (digest !== shortDigest(body)) throw new Error("its content does not match its digest");
  return packedSchema.parse(JSON.parse(body));
}

/** Reads a line and its pictures. @throws Error saying what is wrong with it, or naming a picture that is missing or damaged. */
export function parseLine<Spec extends AnySpec>(line: string, key: string, folder: string): TrialRecord<Spec> {
  const packed = openLine(line);
  const pictures = Object.entries(packed.images).map(
    ([name, digest]) => [name, digest === null ? null : readPicture(folder, digest)] as const,
  );
  const images = openPictures(packed.key, Object.fromEntries(pictures));
  return checkKey({ ...packed, images, curves: decodeCurves(packed.curves) } as unknown as TrialRecord, key);
}

/** The key that a line begins with, without a look at the rest of it; nothing where it has another form. */
export function keyOfLine(line: string): string {
  const key = /^\{"digest":"\w*","record":\{"key":"([^"]+)"/.exec(line)?.[1] ?? "";
  return isKey(key) ? key : "";
}

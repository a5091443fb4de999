import type { Inspected } from "./inspected";

/**
 * What a PNG says of its colours beside an ICC profile.
 * @throws Error when it is animated or states colours of another kind than sRGB (cICP).
 */
export function inspectPng(bytes: Uint8Array): Inspected {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Inspected = { format: "png" };
  for (let at = 8; at + 12 <= view.length; ) {
    const length = view.readUInt32BE(at);
    const type = view.toString("latin1", at + 4, at + 8);
    const content = at + 8;
    if (type === "IDAT" || content + length > view.length) break;
    if (type === "acTL") throw new Error("it is an animated PNG, want a single picture");
    if (type === "cICP" && length >= 4) {
      checkCodePoints([...view.subarray(content, content + 4)]);
      found.srgb = "first";
    }
    if (type === "sRGB") found.srgb ??= "last";
    if (type === "iCCP") found.profile = true;
    if (type === "gAMA" && length >= 4) found.gamma = view.readUInt32BE(content) / 100_000;
    if (type === "cHRM" && length >= 32) {
      found.chromaticities = Array.from({ length: 8 }, (_, i) => view.readUInt32BE(content + 4 * i) / 100_000);
    }
    at += 12 + length;
  }
  return found;
}

/** sRGB is 1, 13, 0, 1. */
function checkCodePoints(points: number[]): void {
  if (points.join() === "1,13,0,1") return;
  throw new Error(`it is a PNG with the colour code points ${points.join("-")} (cICP), want sRGB, 1-13-0-1`);
}

export function dataUri(bytes: Buffer, type: "png" | "webp" = "png"): string {
  return `data:image/${type};base64,${bytes.toString("base64")}`;
}

export function bytesOfUri(uri: string): Buffer {
  return Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64");
}

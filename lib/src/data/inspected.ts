/** What must be known of a file before its pixels are decoded. */
export interface Inspected {
  format: "png" | "jpeg" | "webp" | "tiff";
  /** Of a PNG that states its colours without a profile: exponent that was applied, and x, y of white, red, green, blue. */
  gamma?: number;
  chromaticities?: number[];
  /** Whether it says that it is sRGB, whatever else it says. */
  srgb?: boolean;
  /** Whether a PNG has a profile; libpng drops a damaged one in silence. */
  profile?: boolean;
}

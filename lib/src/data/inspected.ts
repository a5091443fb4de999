/** What must be known of a file before its pixels are decoded. */
export interface Inspected {
  format: "png" | "jpeg" | "webp" | "tiff";
  /** Of a PNG that states its colours without a profile: exponent that was applied, and x, y of white, red, green, blue. */
  gamma?: number;
  chromaticities?: number[];
  /** What a PNG says to be sRGB: before its profile, by code points (cICP), or after it (sRGB). */
  srgb?: "first" | "last";
  /** Whether a PNG has a profile; libpng drops a damaged one in silence. */
  profile?: boolean;
  /** Whether the colours of a TIFF are still 1 less what they should be once they are decoded. */
  inverted?: boolean;
}

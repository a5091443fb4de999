import sharp from "sharp";
import { bytesOfUri } from "../runtime/dataUri";
import { checkId, exportFiles } from "./exportFiles";
import { enlarge } from "./imageGrid";

export interface AnimationFrame {
  /** PNG as a data URI, of one size for all. */
  source: string;
  /** Of the bar below it, as CSS has it: one for each part of what is shown. */
  colour: string;
}

/** Of each frame, milliseconds; the last one stays for twenty times as long. */
const delay = 120;

/** Pixels that a frame is wide at least. */
const leastWidth = 128;

const barHeight = 8;

/**
 * Exports pictures as `<id>.gif`, not smoothed, which begins anew at its end, with a bar below that grows with the frames. The
 * report shows it below the picture of the figure of that id; on paper, and for who wants no movement, the picture is all.
 * @throws RangeError for an id that is not one, for fewer than two frames, and for frames of different sizes.
 */
export async function exportAnimation({
  id,
  frames,
}: {
  id: string;
  frames: readonly AnimationFrame[];
}): Promise<void> {
  checkId(id);
  if (frames.length < 2) throw new RangeError(`animation "${id}": got ${frames.length} frames, want two at least`);
  const drawn: { bytes: Buffer; size: string }[] = [];
  for (const [i, { source, colour }] of frames.entries()) {
    // Twice as large as is asked for, `enlarge` says.
    const bytes = bytesOfUri(await enlarge(source, leastWidth / 2));
    const picture = await sharp(bytes).metadata();
    const long = Math.max(1, Math.round((picture.width * (i + 1)) / frames.length));
    const bar = { create: { width: long, height: barHeight, channels: 3, background: colour } } as const;
    const framed = sharp(bytes)
      .removeAlpha()
      .extend({ bottom: barHeight, background: "#ffffff" })
      .composite([{ input: await sharp(bar).png().toBuffer(), left: 0, top: picture.height }]);
    drawn.push({ bytes: await framed.png().toBuffer(), size: `${picture.width}x${picture.height}` });
  }
  const sizes = new Set(drawn.map(({ size }) => size));
  if (sizes.size > 1) throw new RangeError(`animation "${id}": got frames of ${[...sizes].join(", ")}, want one size`);
  const delays = frames.map((_, i) => (i + 1 === frames.length ? 20 * delay : delay));
  const moving = sharp(
    drawn.map(({ bytes }) => bytes),
    { join: { animated: true } },
  );
  await exportFiles({
    [`${id}.gif`]: await moving.gif({ loop: 0, delay: delays, colours: 32, dither: 0, effort: 10 }).toBuffer(),
  });
}

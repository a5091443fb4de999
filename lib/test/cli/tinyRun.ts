import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { type MainOptions, main } from "../../src/cli/main";
import { createUnet, linearSchedule } from "../../src/ddpm";
import { openStream } from "../../src/runtime";
import { tinyNetwork } from "../tinyCheckpoint";

/** Untrained tiny models. */
export const tinyModels: Pick<MainOptions, "prior" | "network"> = {
  prior: {
    schedule: linearSchedule(),
    experts: [{ name: "DDPM", last: 1000, open: () => createUnet(tinyNetwork, 1) }],
  },
  network: { kind: "skip", filters: [8, 8], skipFilters: 2, upsampling: "bilinear" },
};

/** Runs the command line with tiny models. @returns its exit code and what it wrote. */
export async function runMain(words: string[], options: MainOptions = {}) {
  const written = { stdout: "", stderr: "" };
  const code = await main(words, {
    ...tinyModels,
    stdout: (text) => {
      written.stdout += text;
    },
    stderr: (text) => {
      written.stderr += text;
    },
    ...options,
  });
  return { code, ...written };
}

/** Writes a noisy picture of a slope. @param channels 1 for a grey one. @returns the file. */
export async function writePhoto(
  folder: string,
  name: string,
  { width = 32, height = 32, channels = 3, sigma = 20 } = {},
) {
  const noise = openStream(1, "noise", name).normal([width * height * channels]);
  const drawn = noise.dataSync();
  noise.dispose();
  const pixels = Uint8Array.from(drawn, (value, i) => {
    const place = Math.floor(i / channels);
    const slope = 80 + (80 * ((place % width) + Math.floor(place / width))) / (width + height);
    return Math.min(255, Math.max(0, Math.round(slope + sigma * value)));
  });
  const file = join(folder, name);
  writeFileSync(
    file,
    await sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
      .png()
      .toBuffer(),
  );
  return file;
}

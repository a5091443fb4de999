/**
 * Makes data/photos from the images that scikit-image and scikit-learn bundle.
 * Usage: npx tsx scripts/importPhotos.mts FOLDER, where FOLDER holds both wheels unpacked.
 * Train photos are brought to at most 512 pixels a side, tune and test photos to centred squares of 256; of the images that are no
 * photos a square of 128 is cut out, pixel for pixel.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const folder = process.argv[2];
if (!folder || !existsSync(folder)) throw new Error("name the folder that holds skimage/ and sklearn/");
const scikitImage = (file: string) => join(folder, "skimage", "data", file);
const scikitLearn = (file: string) => join(folder, "sklearn", "datasets", "images", file);

const sources = {
  train: {
    brick: scikitImage("brick.png"),
    china: scikitLearn("china.jpg"),
    clock: scikitImage("clock_motion.png"),
    grass: scikitImage("grass.png"),
    gravel: scikitImage("gravel.png"),
    hubble: scikitImage("hubble_deep_field.jpg"),
    retina: scikitImage("retina.jpg"),
  },
  tune: {
    camera: scikitImage("camera.png"),
    cell: scikitImage("cell.png"),
    flower: scikitLearn("flower.jpg"),
  },
  test: {
    astronaut: scikitImage("astronaut.png"),
    chelsea: scikitImage("chelsea.png"),
    coffee: scikitImage("coffee.png"),
    rocket: scikitImage("rocket.jpg"),
    text: scikitImage("text.png"),
  },
};

/** Images of other kinds, with the corner of the square that is cut out of each. */
const other: Record<string, { file: string; left: number; top: number }> = {
  bricks: { file: scikitImage("brick.png"), left: 192, top: 192 },
  coins: { file: scikitImage("coins.png"), left: 40, top: 20 },
  fundus: { file: scikitImage("retina.jpg"), left: 1020, top: 640 },
  horse: { file: scikitImage("horse.png"), left: 20, top: 120 },
  microscope: { file: scikitImage("ihc.png"), left: 192, top: 192 },
  moon: { file: scikitImage("moon.png"), left: 192, top: 192 },
  page: { file: scikitImage("page.png"), left: 128, top: 32 },
  phantom: { file: scikitImage("phantom.png"), left: 136, top: 136 },
  plot: { file: join(import.meta.dirname, "..", "figures", "engine-benchmark.png"), left: 470, top: 250 },
  stars: { file: scikitImage("hubble_deep_field.jpg"), left: 436, top: 372 },
  wheel: { file: scikitImage("color.png"), left: 40, top: 120 },
};

const target = join(import.meta.dirname, "..", "data", "photos");
for (const [side, photos] of Object.entries(sources)) {
  mkdirSync(join(target, side), { recursive: true });
  for (const [name, file] of Object.entries(photos)) {
    const image = sharp(file).autoOrient();
    const sized =
      side === "train"
        ? image.resize(512, 512, { fit: "inside", withoutEnlargement: true, kernel: "lanczos3" })
        : image.resize(256, 256, { fit: "cover", withoutEnlargement: false, kernel: "lanczos3" });
    await sized.png({ compressionLevel: 9 }).toFile(join(target, side, `${name}.png`));
  }
}
mkdirSync(join(target, "other"), { recursive: true });
for (const [name, { file, left, top }] of Object.entries(other)) {
  const cut = sharp(file).flatten({ background: "white" }).extract({ left, top, width: 128, height: 128 });
  await cut.png({ compressionLevel: 9 }).toFile(join(target, "other", `${name}.png`));
}
const sides = { ...sources, other };
const division = Object.fromEntries(Object.entries(sides).map(([side, photos]) => [side, Object.keys(photos)]));
writeFileSync(join(target, "division.json"), `${JSON.stringify(division, null, 2)}\n`);

/**
 * Makes data/photos from the images that scikit-image and scikit-learn bundle.
 * Usage: npx tsx scripts/importPhotos.mts FOLDER, where FOLDER holds both wheels unpacked.
 * Train photos are brought to at most 512 pixels a side, tune and test photos to centred squares of 256.
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
const division = Object.fromEntries(Object.entries(sources).map(([side, photos]) => [side, Object.keys(photos)]));
writeFileSync(join(target, "division.json"), `${JSON.stringify(division, null, 2)}\n`);

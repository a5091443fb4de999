/**
 * Measures FFDNet's error by noise level on the images that the DDPM for photos is validated on, with the same noise, and writes
 * data/checkpoints/ffdnet.json.
 * Usage: npx tsx scripts/priors/measureFfdnet.mts, after npm run setup.
 */
import { nameCheckpoint, openFfdnet } from "../../lib/src/experiment/checkpoints.js";
import { trainings } from "../../lib/src/experiment/training/index.js";
import { trainingFiles } from "../../lib/src/experiment/training/runTraining.js";
import { openTrainingData } from "../../lib/src/experiment/training/sources.js";
import { ddpm, runtime } from "../../lib/src/index.js";
import { writeWhole } from "../../lib/src/runtime/writeWhole.js";

const { photos } = trainings;
const { validation } = await openTrainingData(photos);
const schedule = ddpm.createNamedSchedule(photos.model.schedule);
const network = ddpm.predictByDenoiser(openFfdnet(nameCheckpoint("ffdnet")), schedule);
const denoiser = ddpm.openDenoiser(network, schedule, [photos.size, photos.size, 3]);
const last = network.lastLevel ?? schedule.steps;
const levels = [...photos.validateAt.filter((t) => t < last), 10, 30, 75, 125, last].sort((a, b) => a - b);
const random = runtime.openStream(photos.seeds.training, "noise");
const errors = ddpm.validationLosses(denoiser, validation, levels, random).map(({ t, cleanError }) => {
  const alphaBar = ddpm.alphaBarAt(schedule, t);
  return { sigma: Math.sqrt((1 - alphaBar) / alphaBar) / 2, cleanError: Number(cleanError.toPrecision(4)) };
});
const images = `${validation.shape[0]} patches of the tune photos, ${photos.size}x${photos.size}, on which the DDPM "photos" is validated`;
await writeWhole(trainingFiles("ffdnet").log, `${JSON.stringify({ images, errors }, null, 1)}\n`);
console.table(errors.map(({ sigma, cleanError }, i) => ({ t: levels[i], grey: 255 * sigma, cleanError })));

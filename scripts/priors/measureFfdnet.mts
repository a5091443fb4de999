/**
 * Measures FFDNet's error by noise level on the images that the DDPM `bsd` is validated on, and writes
 * data/checkpoints/ffdnet.json.
 * Usage: npx tsx scripts/priors/measureFfdnet.mts, after npm run setup; needs BSD400 (environment.md).
 */
import { nameCheckpoint, openFfdnet } from "../../lib/src/experiment/checkpoints.js";
import { trainings } from "../../lib/src/experiment/training/index.js";
import { trainingFiles } from "../../lib/src/experiment/training/runTraining.js";
import { openTrainingData } from "../../lib/src/experiment/training/sources.js";
import { ddpm, runtime } from "../../lib/src/index.js";
import { writeWhole } from "../../lib/src/runtime/writeWhole.js";

const { bsd } = trainings;
const { validation } = await openTrainingData(bsd);
const [images, height, width] = validation.shape;
const schedule = ddpm.createNamedSchedule(bsd.model.schedule);
const network = ddpm.predictByDenoiser(openFfdnet(nameCheckpoint("ffdnet")), schedule);
const denoiser = ddpm.openDenoiser(network, schedule, [height, width, 3]);
const last = network.lastLevel ?? schedule.steps;
const levels = [...bsd.validateAt.filter((t) => t < last), last];
const random = runtime.openStream(bsd.seeds.training, "noise");
const errors = ddpm.validationLosses(denoiser, validation, levels, random).map(({ t, cleanError }) => {
  const alphaBar = ddpm.alphaBarAt(schedule, t);
  return { sigma: Math.sqrt((1 - alphaBar) / alphaBar) / 2, cleanError: Number(cleanError.toPrecision(4)) };
});
const on = `${images} crops of BSD400 that are kept for tuning, ${height}x${width}, on which the DDPM "bsd" is validated`;
await writeWhole(trainingFiles("ffdnet").log, `${JSON.stringify({ images: on, errors }, null, 1)}\n`);
console.table(errors.map(({ sigma, cleanError }, i) => ({ t: levels[i], grey: 255 * sigma, cleanError })));

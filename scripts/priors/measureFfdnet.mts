/**
 * Measures FFDNet's error by noise level on the images that the DDPM `bsd` is validated on, and writes
 * data/checkpoints/ffdnet.json.
 * Usage: npx tsx scripts/priors/measureFfdnet.mts, after npm run setup; needs BSD400 (environment.md).
 */
import { ddpm, runtime } from "ddpm-dip";
import { training } from "ddpm-dip-experiments";

const { bsd } = training.trainings;
const { validation } = await training.openTrainingData(bsd);
const [images, height, width] = validation.shape;
const schedule = ddpm.createNamedSchedule(bsd.model.schedule);
const network = ddpm.predictByDenoiser(ddpm.openFfdnet(ddpm.nameCheckpoint("ffdnet")), schedule);
const denoiser = ddpm.openDenoiser(network, schedule, [height, width, 3]);
const last = network.lastLevel ?? schedule.steps;
const levels = [...bsd.validateAt.filter((t) => t < last), last];
const random = runtime.openStream(bsd.seeds.training, "noise");
const errors = ddpm.validationLosses(denoiser, validation, levels, random).map(({ t, cleanError }) => {
  const alphaBar = ddpm.alphaBarAt(schedule, t);
  return { sigma: Math.sqrt((1 - alphaBar) / alphaBar) / 2, cleanError: Number(cleanError.toPrecision(4)) };
});
const on = `${images} crops of BSD400 that are kept for tuning, ${height}x${width}, on which the DDPM "bsd" is validated`;
await runtime.writeWhole(ddpm.trainingFiles("ffdnet").log, `${JSON.stringify({ images: on, errors }, null, 1)}\n`);
console.table(errors.map(({ sigma, cleanError }, i) => ({ t: levels[i], grey: 255 * sigma, cleanError })));

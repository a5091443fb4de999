import {
  type Denoiser,
  finish,
  fromModelRange,
  guideToClass,
  openCheckpoint,
  openDenoiser,
  type SamplingObservation,
  sampleAncestral,
  sampleDdim,
  sampleDpmSolver,
  sampleHeun,
  spreadSigmas,
  spreadTimes,
} from "ddpm-dip/ddpm";
import { meanPairwiseDistance, nearestNeighbours } from "ddpm-dip/metrics";
import { openStream, type RandomStream, tf } from "ddpm-dip/runtime";
import { defineMethod, type TrialMethod, watch } from "ddpm-dip/trials";
import { sumSimple } from "simple-statistics";
import { inParts } from "../batches";
import { compareSets } from "../compareSets";
import { toDataUri } from "../noisyCrop";
import { owning } from "../owning";
import { drawCifar10, drawPhotoPatches, readCifar10Once } from "../priorTraining/images";
import { distanceFromSources, inTurn, type LabelledPool, makeSources, startFromSources } from "../sampleSources";
import type { DdpmSampleSpec } from "../spec";
import { ddpmSampleSchema } from "./specs/ddpmSample";

/** Images that nearest neighbours are looked up for: enough for a mean, few enough for 50,000 candidates. */
const looked = 64;

/** Draws samples of a trained DDPM and compares them with what it was trained on. */
const runDdpmSample: TrialMethod<DdpmSampleSpec> = (spec, context) =>
  owning(async (own) => {
    const { reference, others } = own(await readReference(spec));
    const { schedule, ...checkpoint } = openCheckpoint(spec.checkpoint);
    const network = own(checkpoint.network);
    const predictor = network.classes > 0 ? guideToClass(network, "in turn", spec.guidance) : network;
    const denoiser = own(openDenoiser(predictor, schedule, [spec.size, spec.size, 3], { engine: context.engine }));
    const drawn: tf.Tensor4D[] = own([]);
    const random = openStream(spec.seeds.sampler, "sampler");
    const sources = spec.start && own(await makeSources(spec.start, spec, await drawPool(spec), context));
    const batches = Array.from({ length: Math.ceil(spec.count / spec.batch) }, (_, index) => index);
    let [seconds, evaluations] = [0, 0];
    if (spec.start && spec.generator.spacing === "karras") {
      throw new RangeError('spacing: got "karras" for a start below the noisiest level, want another');
    }
    for await (const index of watch(batches, batches.length, context)) {
      const size = Math.min(spec.batch, spec.count - index * spec.batch);
      if (sources && spec.start?.level === 0) {
        drawn.push(tf.tidy(() => tf.clipByValue(inTurn(sources.images, index * spec.batch, size), 0, 1)));
        continue;
      }
      const stream = random.child(`batch ${index}`);
      const start = sources
        ? startFromSources(sources, schedule, index * spec.batch, size, stream, spec.start?.level ?? schedule.steps)
        : (stream.normal([size, spec.size, spec.size, 3]) as tf.Tensor4D);
      const started = performance.now();
      const { sample, evaluations: spent } = finish(openSampler(denoiser, spec, start, stream));
      sample.dataSync();
      seconds += (performance.now() - started) / 1000;
      evaluations = spent;
      drawn.push(tf.tidy(() => tf.clipByValue(fromModelRange(sample), 0, 1)));
      tf.dispose([start, sample]);
    }
    const all = own(tf.concat(drawn) as tf.Tensor4D);
    const few = own(tf.slice(all, [0, 0, 0, 0], [Math.min(looked, spec.count), -1, -1, -1]));
    const { nearest, unseen, neighbours } = own(await lookUpNeighbours(spec, few, reference));
    const images: Record<string, string> = {};
    const kept = Math.min(spec.keepImages, spec.count);
    await keepImages(images, "sample", all, kept);
    await keepImages(images, "nearest", neighbours, Math.min(kept, looked));
    if (sources) await keepImages(images, "start", sources.images, Math.min(kept, sources.images.shape[0]));
    return {
      curves: {},
      images,
      metrics: {
        evaluations,
        secondsPerImage: seconds / spec.count,
        ...compareSets(spec, { reference, others, drawn: all }),
        pairwise: meanPairwiseDistance(all),
        pairwiseReference: meanPairwiseDistance(reference),
        nearest,
        ...(sources && {
          fromSource: distanceFromSources(sources, all),
          secondsPriorPerImage: sources.seconds / spec.count,
        }),
        ...(unseen !== undefined && { nearestUnseen: unseen }),
      },
    };
  });

async function keepImages(into: Record<string, string>, name: string, from: tf.Tensor4D, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const one = tf.slice(from, [i, 0, 0, 0], [1, -1, -1, -1]);
    into[`${name}${i}`] = await toDataUri(one);
    one.dispose();
  }
}

interface Neighbours {
  nearest: number;
  /** That of as many images that were not trained on, where there are any: a model that copies is far below it. */
  unseen?: number;
  neighbours: tf.Tensor4D;
}

/** The nearest of all of CIFAR-10's training images, of patches the nearest of the reference. */
async function lookUpNeighbours(
  { reference: { set }, seeds }: DdpmSampleSpec,
  samples: tf.Tensor4D,
  reference: tf.Tensor4D,
): Promise<Neighbours> {
  const trainedOn = set === "cifar10" ? (await readCifar10Once("train")).images : reference;
  const mean = (found: { distance: number }[]) => sumSimple(found.map(({ distance }) => distance)) / found.length;
  const found = nearestNeighbours(samples, inParts(trainedOn, 1000));
  const neighbours = tf.gather(
    trainedOn,
    found.map(({ index }) => index),
  );
  if (set !== "cifar10") return { nearest: mean(found), neighbours };
  const random = openStream(seeds.data, "data").child("unseen");
  const { images } = await drawCifar10("test", samples.shape[0], random);
  const unseen = mean(nearestNeighbours(images, inParts(trainedOn, 1000)));
  images.dispose();
  return { nearest: mean(found), unseen, neighbours };
}

function openSampler(
  denoiser: Denoiser,
  { generator: { kind, levels, spacing }, start: from }: DdpmSampleSpec,
  start: tf.Tensor4D,
  random: RandomStream,
): Iterable<SamplingObservation> {
  const { schedule } = denoiser;
  const highest = from?.level ?? schedule.steps;
  const times =
    spacing === "karras" ? spreadSigmas(schedule, levels) : spreadTimes(highest, Math.min(levels, highest), spacing);
  if (kind === "ancestral") return sampleAncestral(denoiser, start, random, { times });
  const sample = { ddim: sampleDdim, "dpm-solver": sampleDpmSolver, heun: sampleHeun }[kind];
  return sample(denoiser, start, { times });
}

/** So many images of what the checkpoint was trained on, in random order, and as many others as samples; the caller's. */
async function readReference({ reference: { set, count }, size, seeds, ...spec }: DdpmSampleSpec) {
  const random = openStream(seeds.data, "data").child("reference");
  const batch = count + spec.count;
  const pool =
    set === "cifar10"
      ? (await drawCifar10("train", batch, random)).images
      : await drawPhotoPatches("train", batch, size, random);
  const [reference, others] = tf.split(pool, [count, spec.count]) as [tf.Tensor4D, tf.Tensor4D];
  pool.dispose();
  return { reference, others };
}

/** Images that were not trained on, for samples to start from: more than there will be, with their classes where they have some. */
async function drawPool({ reference: { set }, size, seeds, start }: DdpmSampleSpec): Promise<LabelledPool> {
  const random = openStream(seeds.data, "data").child("sources");
  const count = start?.sources ?? 0;
  if (set === "cifar10") return drawCifar10("test", 200 + 3 * count, random);
  return { images: await drawPhotoPatches("tune", count, size, random) };
}

defineMethod({
  name: "ddpm-sample",
  revision: 1,
  schema: ddpmSampleSchema,
  tolerance: "untrained",
  run: runDdpmSample,
});

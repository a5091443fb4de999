import {
  averageOverTurns,
  cleanFrom,
  coverAnySize,
  fromModelRange,
  levelsAt,
  matchLevel,
  type NoiseSchedule,
  requireLevel,
  type TrainedPredictor,
  toModelRange,
} from "../ddpm";
import { averageWeights, createAdam, createGainAdam, warmUp } from "../nn";
import {
  defineStep,
  type Engine,
  openStream,
  type Recording,
  record,
  requireCounts,
  requirePositive,
  requireWhole,
  requireWithin,
  type Step,
  tf,
} from "../runtime";
import { adaptationLosses } from "./adaptationLosses";

/** Standard deviation of the recorruption where none is given, as a share of the noise in the target. */
export const usualRecorruption = 0.7;

/** Options of an adaptation; the defaults come from a first look at four tune images whose trials are not stored. */
export interface AdaptationOptions {
  /** Standard deviation of the noise in the target, image units. */
  sigma: number;
  /** Standard deviation of the recorruption, as a share b of sigma. */
  recorruption?: number | undefined;
  /** `sure`: Stein's unbiased estimate of the squared error of D(y), by one probe of its divergence. `recorrupted` where left out. */
  loss?: keyof typeof adaptationLosses | undefined;
  /** `gains`: a factor for each output channel of each convolution alone, as in GainTuning. All weights where left out. */
  fitted?: "weights" | "gains" | undefined;
  iterations?: number;
  learningRate?: number | undefined;
  /** Iterations over which the rate rises to that. */
  warmup?: number;
  /** Decay of the average of the weights, whose denoiser it is that is read. */
  averageDecay?: number | undefined;
  /** Side of the square window that an iteration sees, pixels; less where the image is smaller. */
  window?: number;
  /** Seed of the role `training`: the windows and the recorruptions. */
  seed?: number;
  engine?: Engine;
}

/** The network that is read, as a recording: a step for each size that images have. */
type Reading = Recording<Record<string, Step<"noisy", "image">>>;

/** A denoiser that is being fitted to an image. */
export interface Adaptation {
  /**
   * The fit, with the loss before each iteration's update, squared image units. It may be broken off; it can be had once.
   */
  fit(): Generator<{ iteration: number; loss: number }, void, void>;
  /**
   * The posterior means of the target by the averaged weights, of its shape, in [0, 1]; the caller's. Before the fit, those of
   * the denoiser as it was trained.
   */
  read(): tf.Tensor4D;
  /** The same, each over the image's flips and rotations (self-ensemble). */
  readEnsemble(): tf.Tensor4D;
  dispose(): void;
}

/**
 * A DDPM's denoiser fitted to one noisy image from its trained weights: Deep Image Prior with a trained network where the
 * untrained one was (relative: deep diffusion image prior, Chung and Ye 2024). The loss is recorrupted-to-recorrupted's (Pang et
 * al. 2021), |D(y + v) - (y - v/b^2)|^2 with v ~ N(0, (b sigma)^2 I) fresh at each iteration, whose expectation over the image's
 * noise and v is the squared error of D at y + v plus a constant; or Stein's (`adaptationLosses`), as in Soltanayev and Chun 2018,
 * and with the gains of the convolutions alone in GainTuning (Mohan et al. 2021). Each iteration sees a window of the image, turned
 * and mirrored at random; Adam's steps are averaged.
 * The images of the target are fitted by a network each, in one recorded step, with recorruptions of opposite sign in a pair.
 * @param open loads the trained network; called once, and for each image of the target when it is fitted.
 * @param target [images, height, width, channels], image units.
 * @throws RangeError when an option is out of range or the network does not know the levels.
 */
export function openAdaptation(
  open: () => TrainedPredictor,
  schedule: NoiseSchedule,
  target: tf.Tensor4D,
  {
    sigma,
    recorruption = usualRecorruption,
    loss: lowered = "recorrupted",
    fitted: moved = "weights",
    iterations = 100,
    learningRate = 1e-5,
    warmup = 20,
    averageDecay = 0.95,
    window = 128,
    seed = 0,
    engine = "recorded",
  }: AdaptationOptions,
): Adaptation {
  requirePositive({ sigma, recorruption, learningRate });
  requireCounts({ iterations, window });
  requireWhole({ warmup }, 0);
  requireWithin({ averageDecay }, "[0, 1)");
  const [images, height, width, channels] = target.shape;
  const side = Math.min(window, height, width);
  const recorrupted = sigma * Math.sqrt(1 + recorruption ** 2);
  const networks: TrainedPredictor[] = [];
  const load = () => {
    const network = open();
    networks.push(network);
    return network;
  };
  // The one that is read takes the averaged weights of the image in turn, once there are any.
  const reader = load();
  const fitted: TrainedPredictor[] = [];
  const averages: ReturnType<typeof averageWeights>[] = [];
  let reading: Reading | undefined;
  const dispose = () => {
    reading?.dispose();
    reading = undefined;
    for (const network of networks.splice(0)) network.dispose();
    for (const average of averages.splice(0)) average.dispose();
  };
  try {
    requireLevel(reader, matchLevel(schedule, 4 * recorrupted ** 2));
  } catch (error) {
    dispose();
    throw error;
  }

  /** Posterior means, image units. */
  function denoise(network: TrainedPredictor, noisy: tf.Tensor4D, deviation: number): tf.Tensor4D {
    const t = matchLevel(schedule, 4 * deviation ** 2);
    const levels = levelsAt(schedule, t);
    const xt = toModelRange(noisy).mul<tf.Tensor4D>(levels.signal);
    const said = coverAnySize(network).apply(xt, tf.fill([noisy.shape[0]], t));
    return fromModelRange(cleanFrom(network.prediction ?? "noise", said, xt, levels));
  }

  const nameSize = (tall: number, wide: number) => `read-${tall}-${wide}`;
  /** Clipped posterior means of one image, as it is and, where that is another size, transposed. */
  function openReading(): Reading {
    const step = (tall: number, wide: number) =>
      defineStep({ noisy: { shape: [1, tall, wide, channels] } }, ({ noisy }) => ({
        image: denoise(reader, noisy as tf.Tensor4D, sigma).clipByValue(0, 1),
      }));
    const upright = { [nameSize(height, width)]: step(height, width) };
    return record({ [nameSize(width, height)]: step(width, height), ...upright }, { engine });
  }

  let recording: { read(): void } | undefined;
  /** What the averaged networks make of the target's images, one by one. */
  function readBy(make: (part: tf.Tensor4D, read: (noisy: tf.Tensor4D) => tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
    // While the fit is under way its weights live in the recording.
    recording?.read();
    reading ??= openReading();
    const graph = reading;
    return tf.tidy(() => {
      const parts = tf.split(target, images) as tf.Tensor4D[];
      const made = parts.map((part, i) => {
        const own = averages[i];
        if (own) {
          for (const [name, value] of Object.entries(own.average))
            (reader.parameters[name] as tf.Variable).assign(value);
          graph.write();
        }
        const read = (noisy: tf.Tensor4D) =>
          graph.run(nameSize(noisy.shape[1], noisy.shape[2]), { noisy }).image as tf.Tensor4D;
        return make(part, read);
      });
      return tf.concat(made, 0);
    });
  }
  // One by one: a batch of eight would take eight times the memory.
  const oneByOne = (turned: tf.Tensor4D, read: (noisy: tf.Tensor4D) => tf.Tensor4D) =>
    tf.concat((tf.split(turned, turned.shape[0]) as tf.Tensor4D[]).map(read), 0);

  function* fit(): Generator<{ iteration: number; loss: number }, void, void> {
    const random = openStream(seed, "training", "recorruption");
    const draw = random.child("windows").numbers();
    while (fitted.length < images) {
      const network = load();
      fitted.push(network);
      averages.push(averageWeights(network.parameters, averageDecay));
    }
    const parameters = Object.fromEntries(
      fitted.flatMap((network, i) =>
        Object.entries(network.parameters).map(([name, value]) => [`${i}.${name}`, value]),
      ),
    );
    const create = moved === "gains" ? createGainAdam : createAdam;
    const optimizer = create(parameters, { learningRate: warmUp({ peak: learningRate, steps: warmup }) });
    const step = defineStep(
      { iteration: { shape: [], dtype: "int32" }, seen: { shape: [images, side, side, channels] } },
      ({ iteration, seen }) => {
        const drawn = random.normal([1, side, side, channels], iteration);
        const { loss } = optimizer.minimize(() => {
          const errors = fitted.map((network, i) => {
            const part = tf.slice(seen as tf.Tensor4D, [i, 0, 0, 0], [1, -1, -1, -1]);
            const apply = (noisy: tf.Tensor4D, deviation: number) => denoise(network, noisy, deviation);
            return adaptationLosses[lowered](apply, part, i % 2 === 0 ? drawn : drawn.neg(), { sigma, recorruption });
          });
          return { loss: tf.addN(errors).div<tf.Scalar>(images) };
        }, iteration);
        // By more at first, so that the trained weights do not weigh for long.
        const share = tf.maximum(1 - averageDecay, tf.div(9, iteration.cast("float32").add(9)));
        for (const average of averages) average.update(share);
        return { loss };
      },
    );
    const run = record({ step }, { engine });
    recording = run;
    try {
      for (let iteration = 1; iteration <= iterations; iteration++) {
        const seen = drawWindow(target, side, draw);
        const result = run.run("step", { iteration, seen });
        const loss = result.loss.dataSync()[0] as number;
        tf.dispose([seen, result.loss]);
        if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} at iteration ${iteration}`);
        yield { iteration, loss };
      }
    } finally {
      run.read();
      recording = undefined;
      run.dispose();
      optimizer.dispose();
    }
  }

  return {
    fit,
    read: () => readBy((part, read) => read(part)),
    readEnsemble: () => readBy((part, read) => averageOverTurns(part, (turned) => oneByOne(turned, read))),
    dispose,
  };
}

/** A square window of images, the same of all, mirrored or not along either side and transposed or not. */
function drawWindow(images: tf.Tensor4D, side: number, draw: () => number): tf.Tensor4D {
  const [, height, width] = images.shape;
  const [top, left] = [height, width].map((length) => Math.floor(draw() * (length - side + 1))) as [number, number];
  const mirrored = [1, 2].filter(() => draw() < 0.5);
  const isTransposed = draw() < 0.5;
  return tf.tidy(() => {
    const cut = tf.reverse(tf.slice(images, [0, top, left, 0], [-1, side, side, -1]), mirrored) as tf.Tensor4D;
    return isTransposed ? tf.transpose(cut, [0, 2, 1, 3]) : cut;
  });
}

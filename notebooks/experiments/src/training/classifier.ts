import { mkdirSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describeCifar10, type LabelledImages, openLabelledSource, readCifar10 } from "ddpm-dip/data";
import { trainingFiles, unlistCheckpoint } from "ddpm-dip/ddpm";
import { applyClassifier, classifierLayers, classifierNames, classifierSize } from "ddpm-dip/metrics";
import {
  addWeightAndBias,
  applyLinear,
  cosineDecay,
  createAdam,
  disposeParameters,
  type Parameters,
} from "ddpm-dip/nn";
import { checkpointsFolder, defineStep, openStream, record, tf, writeCheckpoint, writeWhole } from "ddpm-dip/runtime";
import { describeRun } from "ddpm-dip/trials";
import { progressAt, type TrainingProgress } from "./runTraining";

export interface ClassifierOptions {
  data?: string;
  /** Images to train and test on, where they are in memory already. */
  images?: { train: LabelledImages; test: LabelledImages };
  folder?: string;
  steps?: number;
  batch?: number;
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (progress: TrainingProgress) => void;
}

/** The layers of the classifier and the linear one on top, He-uniform (He et al. 2015). */
function createClassifier(seed: number): Parameters {
  const random = openStream(seed, "network", "classifier");
  const parameters: Parameters = {};
  classifierLayers.forEach(({ outputs }, layer) => {
    const inputs = classifierLayers[layer - 1]?.outputs ?? 3;
    addWeightAndBias(parameters, `layer.${layer}`, [3, 3, inputs, outputs], random);
    const weight = parameters[classifierNames(layer).weight] as tf.Variable;
    // From PyTorch's uniform to He's, which keeps the scale through ReLU: sqrt(6) as wide.
    tf.tidy(() => weight.assign(weight.mul(Math.sqrt(6))));
  });
  addWeightAndBias(parameters, "classes", [classifierSize, 10], random);
  return parameters;
}

/**
 * Trains the small classifier whose features samples are compared by, for minutes, and writes it and its card.
 * @returns the share of the test images that it gets right; undefined when it was aborted, and then nothing is written.
 * @throws Error when there is no CIFAR-10.
 */
export async function trainClassifier({
  data,
  images,
  folder = checkpointsFolder(),
  steps = 6000,
  batch = 64,
  seed = 1,
  signal,
  onProgress,
}: ClassifierOptions): Promise<number | undefined> {
  if (!data && !images) throw new Error("CIFAR-10 is not part of this project: name the folder that it is in");
  const { train, test } = images ?? {
    train: await readCifar10(data as string, "train"),
    test: await readCifar10(data as string, "test"),
  };
  const source = openLabelledSource(train, { batch }, openStream(seed, "data"));
  const parameters = createClassifier(seed);
  const optimizer = createAdam(parameters, {
    learningRate: cosineDecay({ peak: 1e-3, warmup: Math.min(200, steps - 1), steps }),
  });
  const [, height, width] = train.images.shape;
  const learn = defineStep(
    {
      images: { shape: [batch, height, width, 3] },
      labels: { shape: [batch], dtype: "int32" },
      iteration: { shape: [], dtype: "int32" },
    },
    (fed) => {
      const { loss } = optimizer.minimize(() => {
        const scores = applyLinear(parameters, "classes", applyClassifier(parameters, fed.images as tf.Tensor4D));
        const wanted = tf.oneHot(fed.labels as tf.Tensor1D, 10).cast("float32");
        return { loss: tf.logSoftmax(scores).mul(wanted).sum(1).mean().neg() as tf.Scalar };
      }, fed.iteration);
      return { loss };
    },
  );
  const recording = record({ learn });
  try {
    const started = Date.now();
    for (let step = 1; step <= steps; step++) {
      const given = source.next(step - 1);
      const labels = tf.tensor1d(given.labels as number[], "int32");
      const { loss } = recording.run("learn", { images: given.images, labels, iteration: step });
      onProgress?.(progressAt(step, steps, loss.dataSync()[0] as number, (Date.now() - started) / 1000));
      tf.dispose([given.images, labels, loss]);
      await nextTurn();
      if (signal?.aborted) return undefined;
    }
    recording.read();
    const right = accuracy(parameters, test);
    const seconds = (Date.now() - started) / 1000;
    mkdirSync(folder, { recursive: true });
    const layers = Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith("layer.")));
    const name = "CIFAR-10 classifier of this project";
    const { checkpoint, card } = trainingFiles("classifier", folder);
    await unlistCheckpoint(checkpoint);
    await writeCheckpoint(checkpoint, { tensors: layers, metadata: { kind: "classifier", name } });
    const from = `${data ? describeCifar10(data) : "images in memory"}, its ${train.labels.length.toLocaleString("en")}`;
    await writeWhole(card, writeClassifierCard({ right, seconds, steps, batch, from }));
    return right;
  } finally {
    recording.dispose();
    optimizer.dispose();
    disposeParameters(parameters);
    if (!images) tf.dispose([train.images, test.images]);
  }
}

function accuracy(parameters: Parameters, { images, labels }: LabelledImages): number {
  let right = 0;
  for (let first = 0; first < labels.length; first += 500) {
    const size = Math.min(500, labels.length - first);
    const chosen = tf.tidy(() => {
      const features = applyClassifier(parameters, images.slice([first], [size]));
      return applyLinear(parameters, "classes", features).argMax(1).dataSync();
    });
    right += chosen.filter((label, i) => label === labels[first + i]).length;
  }
  return right / labels.length;
}

type Trained = Record<"right" | "seconds" | "steps" | "batch", number> & { from: string };

function writeClassifierCard({ right, seconds, steps, batch, from }: Trained): string {
  return `# classifier

Features for comparing sets of images of 32x32 pixels: the mean over the pixels of the last of five convolutions of a small
classifier, 192 numbers an image. Not Inception: a distance from them is not the FID.

| | |
| --- | --- |
| data | ${from} training images, mirrored by half |
| licence of the data | CIFAR-10 (Krizhevsky 2009) has no licence text; it is collected from the web for research |
| training | ${steps.toLocaleString("en")} steps of ${batch} images, Adam, learning rate to 0.001 and down a cosine |
| test images it gets right | ${(100 * right).toFixed(1)} % |
| time | ${(seconds / 60).toFixed(1)} minutes |
| machine | ${describeRun()} |

## Reproduce

\`\`\`bash
npm run train -- classifier --data FOLDER_OF_CIFAR10
\`\`\`
`;
}

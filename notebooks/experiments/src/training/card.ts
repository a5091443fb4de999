import type { TrainingLog } from "./log";
import { storedPrecision, type TrainingSpec } from "./spec";

/** The model card of a checkpoint, in Markdown: what it is, what it was trained on, what it cost, how good it is. */
export function writeCard(log: TrainingLog): string {
  const { spec, seconds, trainer } = log;
  const { schedule } = spec.model;
  const rows = (log.validation.at(-1)?.levels ?? []).map(
    ({ t, loss, cleanError }) => `| ${t} | ${loss.toFixed(4)} | ${(-10 * Math.log10(cleanError)).toFixed(2)} |`,
  );
  const { images, folder } = dataWords[spec.data.kind];
  return `# ${spec.name}

A DDPM for ${images(spec)}.

| | |
| --- | --- |
| data | ${log.data} |
| licence of the data | ${log.licence} |
| network | ${describeNetwork(spec)} |
| parameters | ${log.parameters.toLocaleString("en")} |
| schedule | ${schedule.kind}, ${schedule.steps} steps |
| training | ${spec.steps.toLocaleString("en")} steps of ${spec.batch} images of ${spec.size}x${spec.size}, ${spec.optimizer === "muon" ? "Muon" : "Adam"}, levels ${describeTimes(spec)}, learning rate to ${spec.learningRate.peak} and down a cosine, average of the weights ${spec.averageDecay} |
| time | ${(seconds / 3600).toFixed(2)} hours, ${(seconds / spec.steps).toFixed(3)} s a step, of that ${(100 * log.dataShare).toFixed(1)} % waiting for data |
| machine | ${log.machine} |
| weights | averaged, ${storedPrecision(spec)}, safetensors |

## Validation, by the averaged weights, on images that were not trained on

| t | mean squared error of the noise | PSNR of the predicted clean image, dB |
| --- | --- | --- |
${rows.join("\n")}

## Reproduce

\`\`\`bash
npm run train -- ${spec.name}${folder}
\`\`\`

A run that is stopped goes on where it was when the command is given again.${trainer === "pytorch" ? twin(spec.name) : ""}
`;
}

const dataWords: Record<TrainingSpec["data"]["kind"], { images: (spec: TrainingSpec) => string; folder: string }> = {
  photos: { images: ({ size }) => `images of ${size}x${size} pixels, usable at any size`, folder: "" },
  cifar10: { images: ({ size }) => `images of ${size}x${size} pixels`, folder: " --data FOLDER_OF_CIFAR10" },
  bsd400: { images: () => "photos of any size", folder: " --data FOLDER_OR_TAR_OF_BSD400" },
};

function describeNetwork({ model: { network }, unlabelled }: TrainingSpec): string {
  const labels =
    network.classes > 0 ? `, ${network.classes} classes with ${100 * unlabelled} % of the labels left out` : "";
  if ("kind" in network) {
    const { widths, blocks } = network;
    return `residual U-Net without normalisation, ${widths.join("-")} channels, ${blocks.join("-")} residual blocks a level${labels}; predicts velocity`;
  }
  const { baseChannels, multipliers, blocks, attentionLevels, prediction } = network;
  const attention = attentionLevels.length > 0 ? `level ${attentionLevels.join(", ")}` : "no level";
  return (
    `U-Net, base ${baseChannels}, multipliers ${multipliers.join("-")}, ${blocks} residual block${blocks === 1 ? "" : "s"} a level, ` +
    `attention at ${attention}${labels}; predicts ${prediction}`
  );
}

function describeTimes({ times }: TrainingSpec): string {
  if (typeof times === "string") return "drawn uniformly";
  const { mean, deviation, uniformShare } = times;
  return `drawn with ln sigma ~ N(${mean}, ${deviation}^2), ${100 * uniformShare} % of them uniformly`;
}

function twin(name: string): string {
  return `

These weights are of its twin in PyTorch, with the same network, loss, levels, optimiser and average, products in bfloat16 and
other random numbers (the head of scripts/priors/train.py says what it needs):

\`\`\`bash
npm run train -- ${name} --spec spec.json
python scripts/priors/train.py spec.json --data FOLDER_OF_BSD400 --photos data/photos --out OUT
npm run train -- ${name} --import OUT
\`\`\``;
}

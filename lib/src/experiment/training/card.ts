import type { TrainingLog } from "./log";

/** The model card of a checkpoint, in Markdown: what it is, what it was trained on, what it cost, how good it is. */
export function writeCard({
  spec,
  validation,
  seconds,
  dataShare,
  parameters,
  data,
  licence,
  machine,
}: TrainingLog): string {
  const { network, schedule } = spec.model;
  const last = validation.at(-1);
  const rows = (last?.levels ?? []).map(
    ({ t, loss, cleanError }) => `| ${t} | ${loss.toFixed(4)} | ${(-10 * Math.log10(cleanError)).toFixed(2)} |`,
  );
  const folder = spec.data.kind === "cifar10" ? " --data FOLDER_OF_CIFAR10" : "";
  return `# ${spec.name}

A DDPM for images of ${spec.size}x${spec.size} pixels${network.attentionLevels.length === 0 ? ", usable at any size" : ""}.

| | |
| --- | --- |
| data | ${data} |
| licence of the data | ${licence} |
| network | U-Net, base ${network.baseChannels}, multipliers ${network.multipliers.join("-")}, ${network.blocks} residual block${network.blocks === 1 ? "" : "s"} a level, attention at ${network.attentionLevels.length > 0 ? `level ${network.attentionLevels.join(", ")}` : "no level"}${network.classes > 0 ? `, ${network.classes} classes with ${100 * spec.unlabelled} % of the labels left out` : ""}; predicts ${network.prediction} |
| parameters | ${parameters.toLocaleString("en")} |
| schedule | ${schedule.kind}, ${schedule.steps} steps |
| training | ${spec.steps.toLocaleString("en")} steps of ${spec.batch} images, Adam, learning rate to ${spec.learningRate.peak} and down a cosine, average of the weights ${spec.averageDecay} |
| time | ${(seconds / 3600).toFixed(2)} hours, ${(seconds / spec.steps).toFixed(3)} s a step, of that ${(100 * dataShare).toFixed(1)} % waiting for data |
| machine | ${machine} |
| weights | averaged, float32, safetensors |

## Validation, by the averaged weights, on images that were not trained on

| t | mean squared error of the noise | PSNR of the predicted clean image, dB |
| --- | --- | --- |
${rows.join("\n")}

## Reproduce

\`\`\`bash
npm run train -- ${spec.name}${folder}
\`\`\`

A run that is stopped goes on where it was when the command is given again.
`;
}

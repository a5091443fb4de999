import { type LabelledImages, readCifar10 } from "ddpm-dip/data";
import { cifar10Folder } from "ddpm-dip/runtime";

const cifar10: { train?: Promise<LabelledImages>; test?: Promise<LabelledImages> } = {};

/** CIFAR-10, read once a process: fifty thousand small files take their time. The images stay the process's. */
export function readCifar10Once(part: "train" | "test"): Promise<LabelledImages> {
  const images = cifar10[part] ?? readCifar10(cifar10Folder(), part);
  cifar10[part] = images;
  return images;
}

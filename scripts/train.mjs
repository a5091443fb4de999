import { dirname } from "node:path";
import { readAboveZero, requireFolder, requirePlace } from "./setup/options.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Trains a checkpoint of this project anew and writes it, its log and its card to data/checkpoints.
Ctrl-C saves what is done; the same command goes on from there.
Exit codes: 0 finished, 1 failed, 2 wrong usage, 130 stopped before the end, by Ctrl-C, --minutes or
a reader of its output that goes away.

Usage: npm run train -- NAME [options]

  NAME             bsd: the prior for photos of any size, from BSD400 (about 2 hours of two cores; the weights that come with the
                   project are of its twin in PyTorch, scripts/priors/train.py)
                   bsd-wide: its wider fellow (days of two cores, minutes of a GPU by the twin)
                   photos: a prior for patches of natural photos, from the embedded photos (about 1.3 hours of one core)
                   cifar10: a generator of CIFAR-10's classes (about 1.5 hours of one core)
                   cifar10-residual: a larger one, of the network of bsd (days of two cores, minutes of a GPU by the twin)
                   photos-500: photos, trained for 500 steps, for notebook 6 (0.2 seconds of one core a step)
                   classifier: the features that samples are compared by (about 15 minutes; not resumed)
  --data FOLDER    the folder of CIFAR-10: its binary batches, or train/<class>/*.jpg and test/<class>/*.jpg; for bsd the folder
                   or .tar of BSDS500's folders train and test, if not where DDPM_DIP_BSD400 says
  --out FOLDER     write there instead of data/checkpoints
  --minutes N      stop after about N minutes; the same command goes on from there
  --spec FILE      write the training's spec as JSON, for scripts/priors/train.py, and train nothing
  --import FOLDER  take over what scripts/priors/train.py has written there
  --help           this text`;

const options = /** @type {const} */ ({
  data: { type: "string" },
  out: { type: "string" },
  minutes: { type: "string" },
  spec: { type: "string" },
  import: { type: "string" },
});

const names = ["bsd", "bsd-wide", "photos", "cifar10", "cifar10-residual", "classifier", "photos-500"];

await runCommand({ help, options, positionals: true }, (values, [name, ...others]) => {
  if (name === undefined || !names.includes(name)) {
    throw new Error(`NAME: got "${name ?? ""}", want one of ${names.join(", ")}`);
  }
  if (others.length > 0) throw new Error(`got "${others.join(" ")}" after the name`);
  if (values.spec !== undefined && values.import !== undefined)
    throw new Error("--spec and --import: want one of them");
  const trains = values.spec === undefined && values.import === undefined;
  if (!trains && name === "classifier") throw new Error("classifier: has no --spec and no --import");
  if (!trains && values.minutes !== undefined) throw new Error("--minutes: nothing is trained with --spec or --import");
  if (trains && ["cifar10", "cifar10-residual", "classifier"].includes(name) && !values.data)
    throw new Error(`--data: ${name} needs the folder of CIFAR-10`);
  for (const option of /** @type {const} */ (["data", "out", "spec", "import"])) {
    const place = values[option];
    if (place === undefined) continue;
    if (place === "") throw new Error(`--${option}: got "", want a file or folder`);
    if (option === "data" || option === "import") requirePlace(`--${option}`, place);
    else requireFolder(`--${option}`, option === "spec" ? dirname(place) : place);
  }
  const { minutes, import: from, ...words } = values;
  const limit = readAboveZero("minutes", minutes);
  return () => runScript("train", [JSON.stringify({ name, ...words, from, minutes: limit })]);
});

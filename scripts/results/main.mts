import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { sum } from "simple-statistics";
import { UsageError } from "../setup/process.mjs";
import { runMain } from "../setup/runMain.mjs";
import { formatSummary, packStore } from "./pack.mjs";

/** What npm run results was asked for, from results.mjs. */
interface Options {
  do: "list" | "pack" | "unpack";
  plan?: string;
  prune: boolean;
}

const options = JSON.parse(process.argv[2] as string) as Options;
const folder = experiment.readProfile().resultsFolder;

function tellDamage(damaged: readonly string[]): number {
  for (const one of damaged) console.error(`damaged: ${one}`);
  return damaged.length > 0 ? 1 : 0;
}

/** Where trials are stored, how many, how large and how many damaged. */
function list(): number {
  const rows = new Map<string, { trials: number; bytes: number; damaged: number }>();
  const damaged: string[] = [];
  for (const stored of experiment.readAllStored(folder)) {
    const name = stored.line === undefined ? "(not packed)" : experiment.planOf(stored.file);
    const row = rows.get(name) ?? { trials: 0, bytes: 0, damaged: 0 };
    row.trials++;
    row.bytes = (stored.line === undefined ? row.bytes : 0) + statSync(stored.file).size;
    if (stored.damage !== undefined) {
      row.damaged++;
      damaged.push(`${experiment.placeOf(stored)}: ${stored.damage}`);
    }
    rows.set(name, row);
  }
  const pictures = experiment.listDigests(folder).map((digest) => join(folder, "pictures", `${digest}.png`));
  const ofPictures = sum(pictures.map((file) => statSync(file).size));
  const sumOf = (what: "trials" | "bytes" | "damaged") => sum([...rows.values()].map((row) => row[what]));
  const line = (name: string, ...[trials, bytes, wrong]: (number | string)[]) => {
    const size = typeof bytes === "number" ? (bytes / 2 ** 20).toFixed(2) : bytes;
    console.log(`${name.padEnd(20)}${`${trials}`.padStart(8)}${`${size}`.padStart(9)}${`${wrong}`.padStart(9)}`);
  };
  line("plan", "trials", "MiB", "damaged");
  for (const [name, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    line(name, row.trials, row.bytes, row.damaged);
  }
  if (pictures.length > 0) line(`${pictures.length} pictures`, "", ofPictures, "");
  line("all", sumOf("trials"), sumOf("bytes") + ofPictures, sumOf("damaged"));
  return tellDamage(damaged);
}

async function unpack(): Promise<number> {
  const { unpacked, damaged } = await experiment.unpackTrials(folder, options.plan).catch((error: unknown) => {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  console.log(`${unpacked} trials are in files of their own in ${dirname(experiment.looseFile(folder, ""))}`);
  return tellDamage(damaged);
}

async function main(): Promise<number> {
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}: want one with stored trials`);
  if (options.do === "list") return list();
  if (options.do === "unpack") return unpack();
  const summary = await packStore(folder, options);
  console.log(`${formatSummary(summary, options.prune)} in ${folder}`);
  return tellDamage(summary.damaged);
}

await runMain(main);

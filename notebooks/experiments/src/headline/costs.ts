import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { trainingFiles } from "ddpm-dip/ddpm";
import { checkpointsFolder, resultsFolder } from "ddpm-dip/runtime";
import { sumSimple } from "simple-statistics";
import { readTrainingLog, trainings } from "../training";

/** What is in the store, and what it took. */
export interface Costs {
  trials: number;
  /** Of computing, trial by trial; up to as many ran beside each other as there are cores. */
  trialHours: number;
  trainings: { name: string; hours: number; parameters: number }[];
  /** Kinds of machine that the trials ran on. */
  machines: string[];
}

/** Adds up the costs that the stored trials and the trainings' logs hold. @throws Error naming a damaged file. */
export function readCosts(results = resultsFolder(), checkpoints = checkpointsFolder()): Costs {
  const jsonIn = (folder: string) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith(".json"))
          .sort()
      : [];
  const trials = jsonIn(results).map((name) => {
    const file = join(results, name);
    try {
      const { costs, machine } = JSON.parse(readFileSync(file, "utf8")).record;
      return { seconds: Number(costs.seconds), machine: `${machine.processor}, ${machine.cores} cores` };
    } catch (error) {
      throw new Error(`the stored trial ${file} is damaged: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  // Other files of the folder are of networks that others trained.
  const ours = Object.keys(trainings).sort();
  const logs = ours.flatMap((name) => {
    const log = readTrainingLog(trainingFiles(name, checkpoints).log);
    return log ? [{ name: log.spec.name, hours: log.seconds / 3600, parameters: log.parameters }] : [];
  });
  return {
    trials: trials.length,
    trialHours: sumSimple(trials.map(({ seconds }) => seconds)) / 3600,
    trainings: logs,
    machines: [...new Set(trials.map(({ machine }) => machine))].sort(),
  };
}

import { trainingFiles } from "ddpm-dip/ddpm";
import { checkpointsFolder, resultsFolder } from "ddpm-dip/runtime";
import { placeOf, readAllStored } from "ddpm-dip/trials";
import { sumSimple } from "simple-statistics";
import { readTrainingLog, trainings } from "./training";

/**
 * What is in the store, and what it took by the stored trials and the trainings' logs: hours of computing, trial by trial (up to as many
 * ran beside each other as there are cores), and the kinds of machine. @throws Error naming a damaged trial.
 */
export function readCosts(results = resultsFolder(), checkpoints = checkpointsFolder()) {
  const trials = Array.from(readAllStored(results), (stored) => {
    if (!stored.record) throw new Error(`the stored trial ${placeOf(stored)} is damaged: ${stored.damage}`);
    const { costs, machine } = stored.record;
    return { seconds: costs.seconds, machine: `${machine.processor}, ${machine.cores} cores` };
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

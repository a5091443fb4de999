import { mean } from "simple-statistics";
import { chosenWarmStart } from "../plans/warmStart";
import { noiseSetting, type WarmSetting } from "../plans/warmTrial";
import { warmSettings } from "../plans/warmTuning";
import type { DescentResult } from "../warmStart";
import type { Row } from "./frames";
import { titleOf } from "./restorations";
import { kappaOf, onTask, type StartTrial, same, shortTitle, tasksOfTrials } from "./startTrials";

const psnrOf = ({ psnr }: DescentResult) => psnr;

/** The setting of a trial of `planWarmSettings`. */
function settingOf({ spec: { prior, eta } }: StartTrial) {
  if (prior.kind !== "dip" || prior.network.kind !== "skip") return undefined;
  const { network, learningRate, averageDecay, guess } = prior;
  return { eta, width: network.filters[0] ?? 0, learningRate, averageDecay, guess };
}

interface Tuned {
  title: string;
  setting: WarmSetting;
  trials: StartTrial[];
}

/** The settings of `warmSettings` with their trials; those without are left out. A network that is narrower in small profiles counts. */
function tunedSettings(trials: readonly StartTrial[]): Tuned[] {
  const widest = Math.max(...trials.map((trial) => settingOf(trial)?.width ?? 0));
  return warmSettings.flatMap(({ title, setting }) => {
    const wanted = { ...setting, width: Math.min(setting.width, widest) };
    const own = trials.filter((trial) => same(settingOf(trial), wanted));
    return own.length > 0 ? [{ title, setting, trials: own }] : [];
  });
}

/** Of one setting, task and duration the restorations from the chosen level with the most evaluations. */
function chosenRows(trials: readonly StartTrial[], task: string, duration: number): DescentResult[] {
  const rows = onTask(trials, task).filter(
    (row) => row.duration === duration && kappaOf(row) === chosenWarmStart.kappa,
  );
  const most = Math.max(...rows.map(({ asked }) => asked));
  return rows.filter(({ asked }) => asked === most);
}

const average = (values: readonly number[]) => (values.length > 0 ? mean([...values]) : "–");

/**
 * How DIP is fitted and the steps are drawn: a row a setting without the observation in DIP's input, with the mean PSNR of each task,
 * that of DIP alone on the first, and seconds in all. @param duration iterations of DIP.
 */
export function startSettingsTable(trials: readonly StartTrial[], duration: number): Row[] {
  const tasks = tasksOfTrials(trials);
  const first = tasks[0] ?? "";
  return tunedSettings(trials)
    .filter(({ setting }) => !setting.guess)
    .map(({ title, trials: own }) => {
      const columns = tasks.map((task) => [shortTitle(task), average(chosenRows(own, task, duration).map(psnrOf))]);
      const dip = own.flatMap(({ spec, metrics }) =>
        titleOf(spec.task) === first ? (metrics[`prior${duration}.psnr`] ?? []) : [],
      );
      const all = tasks.flatMap((task) => chosenRows(own, task, duration).map(({ seconds }) => seconds));
      return { setting: title, ...Object.fromEntries(columns), "DIP alone": average(dip), seconds: average(all) };
    });
}

/** Where DIP gets the interpolated observation, the setting else as chosen: a row a place, with the mean PSNR of each task and duration. */
export function startInputsTable(trials: readonly StartTrial[], durations: readonly number[]): Row[] {
  const compared = tunedSettings(trials).filter(({ setting: { guess, ...rest } }) => same(rest, noiseSetting));
  return compared.map(({ setting: { guess }, trials: own }) => {
    const place = guess
      ? `${guess.place === "input" ? "input" : "added to the output"}, blur ${guess.blur} px`
      : "not used";
    const columns = tasksOfTrials(trials).flatMap((task) =>
      durations.map((duration) => [
        `${shortTitle(task)}, ${duration}`,
        average(chosenRows(own, task, duration).map(psnrOf)),
      ]),
    );
    return { place, ...Object.fromEntries(columns) };
  });
}

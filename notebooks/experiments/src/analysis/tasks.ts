import { bootstrapMean } from "ddpm-dip/metrics";
import type { TrialRecord } from "ddpm-dip/trials";
import { comparedNetworks, paperCases, tasks } from "../plans/dipTasks";
import type { SpecOf } from "../spec";
import { same } from "./descents";
import type { Row } from "./frames";
import { showRange } from "./tables";

type TaskSpec = SpecOf<"dip-task">;
type TaskRecord = TrialRecord<TaskSpec>;

/** @throws RangeError when one of the trials has no such metric. */
function meanOf(records: readonly TaskRecord[], name: string) {
  return bootstrapMean(
    records.map(({ key, metrics }) => metrics[name] ?? raise(`metric: got "${name}", which ${key} has not`)),
  );
}

function raise(message: string): never {
  throw new RangeError(message);
}

export function ofTask(records: readonly TaskRecord[], task: TaskSpec["task"]): TaskRecord[] {
  return records.filter(({ spec }) => same(spec.task, task));
}

/** DIP on each task, a row a task: mean PSNR over the photos of what is given, of the last and of the best iteration. */
export function tasksTable(records: readonly TaskRecord[]): Row[] {
  return tasks.map(({ title, task }) => {
    const own = ofTask(records, task);
    const last = meanOf(own, "last.psnr");
    const joined = task.kind === "inpaint" ? meanOf(own, "last.psnrJoined").mean : "–";
    return {
      ...{ task: title, degraded: meanOf(own, "plain.psnr").mean, last: last.mean, interval: showRange(last), joined },
      ...{ best: meanOf(own, "best.psnr").mean, iteration: meanOf(own, "iterationBest").mean },
      ssim: meanOf(own, "last.ssim").mean,
    };
  });
}

/** Each architecture as the prior, a row each: what it reaches with an oracle and what it loses by not stopping. */
export function networksTable(records: readonly TaskRecord[]): Row[] {
  return comparedNetworks().map(({ title, network }) => {
    const own = records.filter(({ spec }) => same(spec.network, network));
    const [best, last] = [meanOf(own, "best.psnr"), meanOf(own, "last.psnr")];
    return {
      ...{ network: title, weights: own[0]?.metrics.parameters ?? Number.NaN, best: best.mean },
      ...{ interval: showRange(best), iteration: meanOf(own, "iterationBest").mean, last: last.mean },
      ...{ fall: best.mean - last.mean, ms: 1000 * meanOf(own, "secondsPerIteration").mean },
    };
  });
}

/** What the paper itself states, at its sizes (Ulyanov et al. 2018, tables and section 3). */
const published: Record<string, string> = { "F16_GT.png": "30.43 (nine images)", "barbara.png": "32.22" };

/** The paper's pictures, a row each; those whose trials are not there are left out. */
export function paperTable(records: readonly TaskRecord[]): Row[] {
  return paperCases.flatMap(({ title, image }) => {
    const record = records.find(({ spec }) => spec.image.name === image);
    if (!record) return [];
    const { spec } = record;
    const of = (name: string) => meanOf([record], name).mean;
    return [
      {
        ...{ task: title, size: spec.size, published: published[image] ?? "a picture", without: of("plain.psnr") },
        ...{ last: of("last.psnr"), best: of("best.psnr"), iterations: spec.iterations, seconds: of("secondsFit") },
      },
    ];
  });
}

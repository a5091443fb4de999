import { mean } from "simple-statistics";
import { comparedNetworks } from "../plans/dipTasks";
import { chosenWarmStart } from "../plans/warmStart";
import type { Row } from "./frames";
import { distinctNumbers } from "./groupBy";
import { titleOf } from "./restorations";
import { kappaOf, onTask, type StartTrial, same, tasksOfTrials } from "./startTrials";

type Network = Extract<StartTrial["spec"]["prior"], { kind: "dip" }>["network"];

/** A network as tables name it: skip networks by their width. */
function nameNetwork(network: Network): string {
  const title = comparedNetworks().find((one) => same(one.network, network))?.title ?? `${network.kind} network`;
  return network.kind === "skip" && !title.includes("channels") ? `${title}, ${network.filters[0]} channels` : title;
}

const networkOf = ({ spec: { prior } }: StartTrial) =>
  prior.kind === "dip" && !prior.guess ? nameNetwork(prior.network) : undefined;

/**
 * Networks as the prior, DIP of noise, without DIP in the noise estimate, on the places that all of them have: a row a task and
 * network, with the PSNR of DIP alone and after the reverse diffusion, and the seconds of both together, by DIP's iterations.
 * @param trials.usual of the chosen network, of which more places may be there. @param durations iterations of DIP; those that are there count.
 */
export function startNetworksTable(
  { usual, others }: { usual: readonly StartTrial[]; others: readonly StartTrial[] },
  durations: readonly number[],
): Row[] {
  const placeOf = ({ spec: { task, image, seeds } }: StartTrial) => `${titleOf(task)}/${image.name}/${seeds.noise}`;
  const known = new Set(others.map(placeOf));
  const trials = [...usual.filter((trial) => known.has(placeOf(trial))), ...others];
  const names = [...new Set(trials.flatMap((trial) => networkOf(trial) ?? []))];
  return tasksOfTrials(trials).flatMap((task) =>
    names.flatMap((network) => {
      const own = trials.filter((trial) => networkOf(trial) === network && titleOf(trial.spec.task) === task);
      const rows = onTask(own, task).filter(
        (row) => kappaOf(row) === chosenWarmStart.kappa && row.guidance.kind === "none",
      );
      if (rows.length === 0) return [];
      const most = Math.max(...rows.map(({ asked }) => asked));
      const there = distinctNumbers(rows.map(({ duration }) => duration)).filter((one) => durations.includes(one));
      const columns = there.flatMap((duration) => {
        const at = rows.filter((row) => row.duration === duration && row.asked === most);
        return [
          [`DIP ${duration}`, mean(own.map(({ metrics }) => metrics[`prior${duration}.psnr`] ?? Number.NaN))],
          [`then ${duration}`, mean(at.map(({ psnr }) => psnr))],
          [`s ${duration}`, mean(at.map(({ seconds }) => seconds))],
        ];
      });
      return [{ task, network, ...Object.fromEntries(columns) }];
    }),
  );
}

import { alphaBarAt, type NoiseSchedule, posterior } from "ddpm-dip/ddpm";
import { openStream, tf } from "ddpm-dip/runtime";
import type { Row } from "../analysis/frames";
import { checkRow } from "./checks";

/**
 * The forward process walked step by step from one value, against the closed forms of its marginal and of its posterior.
 * @param walks how many. @throws Error when one of them is more than four standard errors off.
 */
export function forwardChecks(schedule: NoiseSchedule, x0: number, walks: number): Row[] {
  const random = openStream(2, "noise");
  const [last, previous] = tf.tidy(() => {
    let before: tf.Tensor = tf.fill([walks], x0);
    let after = before;
    for (let t = 1; t <= schedule.steps; t++) {
      before = after;
      const beta = schedule.beta[t] as number;
      after = before.mul(Math.sqrt(1 - beta)).add(random.normal([walks], t).mul(Math.sqrt(beta)));
    }
    return [Array.from(after.dataSync()), Array.from(before.dataSync())];
  });
  const alphaBar = alphaBarAt(schedule, schedule.steps);
  const mean = Math.sqrt(alphaBar) * x0;
  const { cleanWeight, noisyWeight, variance } = posterior(schedule, schedule.steps);
  const residual = previous.map((value, i) => value - cleanWeight * x0 - noisyWeight * (last[i] as number));
  const beside = last.map((value) => value - mean);
  const products = (one: number[], other: number[]) => one.map((value, i) => value * (other[i] as number));
  return [
    checkRow("marginal, mean", last, mean),
    checkRow("marginal, variance", products(beside, beside), 1 - alphaBar),
    checkRow("posterior residual, mean", residual, 0),
    checkRow("posterior residual, variance", products(residual, residual), variance),
    checkRow("posterior residual times x_t", products(residual, beside), 0),
  ];
}

import { type FitDipOptions, type PatienceOptions, squaredError, stopAfterPatience } from "../dip";
import { type RandomStream, requireCounts, requirePositive, tf } from "../runtime";

/** How the noise of the stages falls from the heaviest to none. */
export type CurriculumSchedule = "linear" | "cosine" | "geometric";

export interface CurriculumOptions {
  /** Stages, the last of them without noise of its own. */
  count: number;
  /** Standard deviation of the first stage's noise, image units. */
  heaviest: number;
  schedule?: CurriculumSchedule;
  /** New noise at every iteration, or one draw a stage. */
  draws?: "fresh" | "fixed";
}

/**
 * Noise of the stages, heavy to clean: from `heaviest` down to 0 along a line, along a quarter of a cosine (slow at first,
 * fast at last), or by a constant factor to a twentieth and then 0.
 * @returns `count` standard deviations, the last one 0.
 * @throws RangeError when an option is out of range.
 */
export function curriculumLevels({ count, heaviest, schedule = "linear" }: CurriculumOptions): number[] {
  requireCounts({ count });
  requirePositive({ heaviest });
  const shape: Record<CurriculumSchedule, (stage: number) => number> = {
    linear: (stage) => 1 - stage / (count - 1),
    cosine: (stage) => Math.cos(((stage / (count - 1)) * Math.PI) / 2),
    geometric: (stage) => 20 ** (-stage / Math.max(1, count - 2)),
  };
  return Array.from({ length: count }, (_, stage) => (stage === count - 1 ? 0 : heaviest * shape[schedule](stage)));
}

export interface NoiseCurriculum {
  /** Options of `fitDip`. */
  fit: Required<Pick<FitDipOptions, "objective" | "controls">>;
  /** The stage that the next iteration is in, from 0. */
  readonly stage: number;
  /** Standard deviation of that stage's noise. */
  readonly level: number;
  /** Whether the last stage has ended. */
  readonly over: boolean;
  /** Takes in the estimated risk at an iteration; a stage that has not bettered it for its patience ends. */
  observe(iteration: number, risk: number): void;
  /** Ends the stage after this iteration, for whoever knows better. */
  advance(iteration: number): void;
  /** The target as the network is given it at an iteration of the present stage, for display. The caller's. */
  targetAt(iteration: number, target: tf.Tensor4D): tf.Tensor4D;
}

/**
 * Supervision as in DDPM's training, heavy to clean: at stage k the target is y+ + s_k xi, with s_1 > ... > s_K = 0. With xi
 * fresh at each iteration the mean of the targets is y+, so that nothing of it can be memorised, and being independent of
 * y- it leaves the held-out estimate valid in all stages; one fixed draw a stage is memorised like any target.
 * @param shape of the target.
 * @throws RangeError when an option is out of range.
 */
export function openCurriculum(
  shape: [number, number, number, number],
  options: CurriculumOptions & Required<PatienceOptions>,
  random: RandomStream,
): NoiseCurriculum {
  const { patience, window, draws = "fresh" } = options;
  const levels = curriculumLevels(options);
  const noise = random.child("stage noise");
  let [stage, ended, over] = [0, 0, false];
  let search = stopAfterPatience({ patience, window });
  const advance = (iteration: number): void => {
    over = over || stage === levels.length - 1;
    if (over) return;
    stage++;
    ended = iteration;
    search = stopAfterPatience({ patience, window });
  };
  const drawAt = (iteration: number) => (draws === "fresh" ? iteration : -1 - stage);
  return {
    fit: {
      controls: {
        shapes: { level: [], draw: [] },
        read: (iteration) => ({ level: levels[stage] as number, draw: drawAt(iteration) }),
      },
      objective: (state) => {
        const { level, draw } = state.controls as Record<"level" | "draw", tf.Tensor>;
        const xi = noise.normal(shape, draw.cast("int32"));
        return squaredError({ ...state, target: state.target.add(xi.mul(level)) });
      },
    },
    get stage() {
      return stage;
    },
    get level() {
      return levels[stage] as number;
    },
    get over() {
      return over;
    },
    observe(iteration, risk) {
      if (!over && search.observe(iteration - ended, risk)) advance(iteration);
    },
    advance,
    targetAt: (iteration, target) =>
      tf.tidy(() => target.add(noise.normal(shape, drawAt(iteration)).mul(levels[stage] as number))),
  };
}

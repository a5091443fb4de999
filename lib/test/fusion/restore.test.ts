import assert from "node:assert/strict";
import { test } from "node:test";
import { addGaussianNoise, createDownsampling, createIdentity, createMasking, drawPixelMask } from "../../src/data";
import { createUnet, type DiffusionPrior, linearSchedule, type TrainedPredictor } from "../../src/ddpm";
import {
  priorsOf,
  type RestorationChoice,
  type RestorationTask,
  type Restored,
  beginRestoration as restore,
  settingsOf,
} from "../../src/fusion";
import { completeOptions } from "../../src/fusion/restore/task";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, drawRamp } from "../helpers";
import { tinyNetwork } from "../tinyCheckpoint";

const tinyPrior: DiffusionPrior = {
  schedule: linearSchedule(),
  experts: [{ name: "DDPM", last: 1000, open: () => createUnet(tinyNetwork, 1) }],
};
const options: RestorationChoice = {
  prior: tinyPrior,
  network: { kind: "skip", filters: [8, 8], skipFilters: 2, upsampling: "bilinear" },
  iterations: 30,
  evaluations: 3,
  adaptations: 3,
};

function finish(
  task: RestorationTask,
  changes: Partial<RestorationChoice> = {},
): { result: Restored; stages: string[] } {
  const work = restore(task, { ...options, ...changes });
  const stages: string[] = [];
  for (;;) {
    const { done, value } = work.next();
    if (done) return { result: value, stages: [...new Set(stages)] };
    assert.ok(value.share > 0 && value.share <= 1, `${value.stage}: ${value.share}`);
    stages.push(value.stage);
  }
}

/** The tasks on one smooth image, with what they own. */
function openTasks(side = 16) {
  const image = drawRamp(side, 0.2, 0.8);
  const mask = drawPixelMask(side, side, 0.5, openStream(1, "data", "mask"));
  const masking = createMasking(mask);
  const factor = side % 2 === 0 ? 2 : 3;
  const smaller = createDownsampling([side, side], factor);
  const size = [side, side] as const;
  const tasks: Record<string, RestorationTask> = {
    inpaint: { measurement: masking, measured: masking.measure(image), mask, size },
    enlarge: { measurement: smaller, measured: smaller.measure(image), size },
    denoise: {
      measurement: createIdentity(),
      measured: addGaussianNoise(image, 0.1, openStream(1, "noise")),
      sigma: 0.1,
      size,
      whole: true,
    },
  };
  const dispose = () => disposeAll(image, mask, masking, smaller, ...Object.values(tasks).map((one) => one.measured));
  return { image, tasks, dispose };
}

test("each task is restored by its own combination, with its reasons, and nothing is left behind", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    for (const [name, task] of Object.entries(tasks)) {
      const { result, stages } = finish(task);
      assert.deepEqual(result.image.shape, [1, 16, 16, 3]);
      const wanted = name === "denoise" ? ["DIP", "adapting the DDPM"] : ["least variation", "DIP", "diffusion"];
      assert.deepEqual(stages.slice(0, wanted.length), wanted);
      assert.equal(result.reasons.length, 3, result.reasons.join(" "));
      assert.ok(result.iteration >= 1 && result.iteration <= result.iterations && result.iterations <= 30);
      if (name === "denoise") assert.equal(result.evaluations, 8 + 3 + 8);
      else assert.equal(result.evaluations, 2 * 3);
      assert.ok(Number.isFinite(result.risk) && result.seconds > 0);
      result.image.dispose();
    }
    dispose();
  }));

test("DIP is shown what is known where that is asked for, but not around a wide gap, of which the reasons warn", () =>
  assertNoLeak(() => {
    const { image, tasks, dispose } = openTasks();
    const mask = tf.tidy(
      () =>
        tf.sub(
          1,
          tf.pad(tf.ones([1, 10, 10, 1]), [
            [0, 0],
            [3, 3],
            [3, 3],
            [0, 0],
          ]),
        ) as tf.Tensor4D,
    );
    const masking = createMasking(mask);
    const hole: RestorationTask = { measurement: masking, measured: masking.measure(image), mask, size: [16, 16] };
    const restored = (task: RestorationTask, guess: boolean) => {
      const { result } = finish(task, { guess });
      result.image.dispose();
      const dip = result.parts.find(({ name }) => name === "DIP");
      return { risk: dip?.risk, reasons: result.reasons.join(" ") };
    };
    for (const task of [tasks.inpaint, tasks.enlarge] as RestorationTask[]) {
      const [shown, plain] = [restored(task, true), restored(task, false)];
      assert.match(shown.reasons, /DIP was shown what is known, spread over the rest, in its input/);
      assert.doesNotMatch(plain.reasons, /was shown/);
      assert.notEqual(shown.risk, plain.risk);
    }
    const [shown, plain] = [restored(hole, true), restored(hole, false)];
    assert.equal(shown.risk, plain.risk);
    assert.match(shown.reasons, /16 % of what is missing lies far from all that is known.*; DIP was fitted from noise/);
    assert.match(
      plain.reasons,
      /16 % of what is missing lies far.* is that of the rest; there DIP's image is the start/,
    );
    assert.match(plain.reasons, /starts from DIP's image.* t = 100, as it is set/);
    disposeAll(mask, masking, hole.measured);
    dispose();
  }));

test("the diffusion starts from the image that the held-out values speak for, of least variation or DIP's; noise leaves DIP's where it would be coloured", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    const task = tasks.inpaint as RestorationTask;
    // A ramp has little variation, and a network of four channels does not find it in two iterations.
    const short = finish(task, { iterations: 2 }).result;
    const [variation, dip] = short.parts;
    assert.deepEqual([variation?.name, dip?.name], ["least variation", "DIP"]);
    assert.ok((variation?.risk as number) < (dip?.risk as number));
    assert.deepEqual([dip?.weight, variation?.weight, short.risk], [0, 1, variation?.risk]);
    assert.match(short.reasons.join(" "), /starts from the image of least total variation: .* DIP's image at/);
    const without = finish(task, { iterations: 0 }).result;
    assert.deepEqual(without.parts, [variation]);
    assert.deepEqual([without.iteration, without.iterations, without.risk], [0, 0, short.risk]);
    assert.deepEqual(without.image.dataSync(), short.image.dataSync());
    assert.doesNotMatch(without.reasons.join(" "), /DIP/);
    const noisy = finish({ ...task, sigma: 0.05 }, { iterations: 2 }).result;
    assert.deepEqual(
      noisy.parts.map(({ name }) => name),
      ["least variation", "DIP"],
    );
    const coloured = { ...task, sigma: 0.05, measurement: { ...task.measurement, orthonormal: false } };
    // There DIP is the only start, asked for or not.
    for (const iterations of [2, 0]) {
      const { image, parts, reasons } = finish(coloured, { iterations, patience: 3 }).result;
      assert.deepEqual(
        parts.map(({ name, weight }) => [name, weight]),
        [["DIP", 1]],
      );
      assert.match(reasons.join(" "), /least total variation is left out: .* would be coloured/);
      image.dispose();
    }
    disposeAll(short.image, without.image, noisy.image);
    dispose();
  }));

test("what was measured without noise is in the restored image, and a seed repeats itself", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    const task = tasks.inpaint as RestorationTask;
    const [one, two] = [finish(task).result, finish(task).result];
    const again = task.measurement.measure(one.image);
    assertClose(again.dataSync(), task.measured.dataSync(), 1e-5);
    assert.deepEqual(two.image.dataSync(), one.image.dataSync());
    disposeAll(one.image, two.image, again);
    dispose();
  }));

test("sides that no network's strides divide are denoised like others", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks(15);
    const { reasons, image } = finish(tasks.denoise as RestorationTask).result;
    assert.match(reasons.join(" "), /The DDPM was applied to .*, then adapted to the image for 3 iterations/);
    assert.deepEqual(image.shape, [1, 15, 15, 3]);
    image.dispose();
    dispose();
  }));

test("denoising weighs every prior's network, and DIP where it has iterations; the parts are told with their weights", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    const denoise = tasks.denoise as RestorationTask;
    const prior = [tinyPrior, tinyPrior];
    for (const [iterations, names] of [
      [0, [/DDPM/, /DDPM/]],
      [30, [/^DIP$/, /DDPM/, /DDPM/]],
    ] as const) {
      const { result } = finish(denoise, { iterations, prior });
      assert.equal(result.iterations > 0, iterations > 0);
      assert.equal(result.parts.length, names.length);
      for (const [i, { name, weight, risk }] of result.parts.entries()) {
        assert.match(name, names[i] as RegExp);
        assert.ok(weight >= 0 && Number.isFinite(risk));
      }
      assertClose([result.parts.reduce((sum, { weight }) => sum + weight, 0)], [1], 1e-9);
      assert.ok(result.risk <= Math.min(...result.parts.map(({ risk }) => risk)) + 1e-9);
      result.image.dispose();
    }
    dispose();
  }));

test("of a network as it was trained and as it is adapted the one with the lower risk is taken, over the turns both, and it is said", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    /** A network that makes of the noisy image its half and one learned value, the more of it the lower in the image. */
    const adding = (start: number) => (): TrainedPredictor => {
      const shift = tf.tidy(() => tf.variable(tf.scalar(start)));
      return {
        parameters: { shift },
        multiple: 1,
        prediction: "clean",
        // Its turns differ, then.
        apply: (xt) => tf.tidy(() => xt.mul(0.5).add(shift.mul(tf.range(0, 2, 1 / 8).reshape([1, 16, 1, 1])))),
        dispose: () => shift.dispose(),
      };
    };
    const run = (start: number, adaptations: number, selfEnsemble: boolean, learningRate = 0.1) => {
      const prior = { ...tinyPrior, experts: [{ name: "fixed", last: 1000, open: adding(start) }] };
      const options = {
        iterations: 0,
        adaptations,
        prior,
        adaptation: { learningRate, averageDecay: 0, selfEnsemble },
      };
      const { result } = finish(tasks.denoise as RestorationTask, options);
      result.image.dispose();
      return result;
    };
    for (const selfEnsemble of [true, false]) {
      // Far from what the image asks for, the fit helps; a wild step from near it does not.
      const helped = run(3, 40, selfEnsemble);
      assert.match(helped.reasons.join(" "), /, then adapted .* \(estimated [-\d.]+ dB\)\.$/);
      assert.deepEqual(
        helped.parts.map(({ name }) => name),
        ["adapted fixed"],
      );
      assert.ok(helped.risk < run(3, 0, selfEnsemble).risk);
      const kept = run(0, 1, selfEnsemble, 100);
      const plain = run(0, 0, selfEnsemble);
      assert.match(kept.reasons.join(" "), /; as trained it is the better one, and is taken\.$/);
      assert.deepEqual(kept.parts, plain.parts);
      assert.match(plain.reasons.join(" "), selfEnsemble ? /eight flips and rotations/ : /was applied once/);
    }
    dispose();
  }));

test("the diffusion starts from the level that is set, or that which covers the start's error, which is said", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    const task = tasks.inpaint as RestorationTask;
    const reasonOf = (level?: number) => {
      const { image, reasons } = finish(task, { iterations: 0, level }).result;
      image.dispose();
      return reasons.find((reason) => reason.startsWith("It starts at")) ?? "";
    };
    const [, covering] =
      /^It starts at t = (\d+), the first level whose noise covers that error/.exec(reasonOf()) ?? [];
    assert.ok(Number(covering) < 400, covering);
    assert.match(reasonOf(1), /^It starts at t = 1, as it is set/);
    assert.match(reasonOf(5000), /^It starts at t = 1000, as it is set/);
    dispose();
  }));

test("each part's image is shown once, in the image's size, before the DDPM comes in", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    for (const task of Object.values(tasks)) {
      const shown: { stage: string; shape?: string | undefined }[] = [];
      const work = restore(task, options);
      for (let step = work.next(); ; step = work.next()) {
        if (step.done) {
          step.value.image.dispose();
          break;
        }
        shown.push({ stage: step.value.stage, shape: step.value.part?.image.shape.join() });
      }
      const places = shown.flatMap(({ shape }, i) => (shape ? [i] : []));
      assert.equal(places.length, 2);
      for (const place of places) assert.equal(shown[place]?.shape, "1,16,16,3");
      const dip = shown.map(({ stage }) => stage).lastIndexOf("DIP");
      assert.ok(places.includes(dip));
      assert.ok(shown.slice(dip + 1).every(({ stage }) => /DDPM|diffusion/.test(stage)));
    }
    dispose();
  }));

test("a restoration that is broken off frees what it made; what is out of range is refused before any work", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    for (const task of Object.values(tasks)) {
      const work = restore(task, options);
      work.next();
      work.next();
      work.return(undefined as never);
    }
    const refused = (task: RestorationTask, changes: Partial<RestorationChoice>) =>
      restore(task, { ...options, ...changes }).next();
    assert.throws(() => refused(tasks.inpaint as RestorationTask, { iterations: -1 }), /iterations: got -1/);
    assert.throws(() => refused(tasks.inpaint as RestorationTask, { level: 0 }), /level: got 0/);
    assert.throws(() => refused(tasks.inpaint as RestorationTask, { kappa: -1 }), /kappa: got -1/);
    const missing = { name: "DDPM", last: 1000, open: () => assert.fail("no such checkpoint") };
    const broken = { ...tinyPrior, experts: [missing] };
    for (const task of Object.values(tasks)) {
      const works = restore(task, { ...options, prior: broken });
      assert.throws(() => [...works], /no such checkpoint/);
    }
    assert.throws(() => refused({ ...(tasks.denoise as RestorationTask), sigma: 0 }, {}), /sigma: got 0 for denoising/);
    dispose();
  }));

test("where something is filled in there are draws, for values of a spectrum and for denoising one; the image is the mean of single restorations' draws", () =>
  assertNoLeak(() => {
    const { tasks, dispose } = openTasks();
    const inpaint = tasks.inpaint as RestorationTask;
    const { measurement } = inpaint;
    const spectrum = { ...measurement, inSpectrum: true };
    const kinds = [{ measurement }, { measurement: spectrum }, { measurement, whole: true }].map(
      (task) => completeOptions(task, { prior: options.prior }).draws,
    );
    assert.deepEqual(kinds, [2, undefined, undefined]);
    assert.equal(settingsOf("fill").draws, 2);
    const [one, two] = [1, 2].map((draws) => finish(inpaint, { draws }).result);
    assert.match(two?.reasons.join(" ") ?? "", /6 evaluations in 2 draws, whose mean is the image/);
    assert.doesNotMatch(one?.reasons.join(" ") ?? "", /draws/);
    // The second draw is twice the mean less the first, up to the clipping.
    const second = tf.tidy(() => (two as Restored).image.mul(2).sub((one as Restored).image));
    assert.notDeepEqual(second.dataSync(), one?.image.dataSync());
    const seen = tf.tidy(() =>
      inpaint.measurement
        .measure(second as tf.Tensor4D)
        .sub(inpaint.measured)
        .abs()
        .max(),
    );
    assert.ok((seen.dataSync()[0] as number) < 1e-4);
    for (const wrong of [{ draws: 0 }, { gapIterations: 0.5 }]) {
      assert.throws(() => completeOptions(inpaint, { ...options, ...wrong }), RangeError);
    }
    disposeAll(second, seen, (one as Restored).image, (two as Restored).image);
    dispose();
  }));

test("by default the first prior alone is adapted, by the thorough settings every one, which is the DDPM", () => {
  const of = (effort: "usual" | "thorough") =>
    completeOptions({ measurement: createIdentity(), whole: true }, { ...options, ...settingsOf("denoise", effort) });
  assert.equal(of("usual").adaptedPriors, 1);
  assert.equal(of("thorough").adaptedPriors, undefined);
  assert.deepEqual([priorsOf("denoise"), priorsOf("denoise", "thorough")], [["ffdnet", "bsd-wide"], ["bsd-wide"]]);
  assert.deepEqual(priorsOf("spectrum", "thorough"), priorsOf("fill"));
  assert.equal(completeOptions({ measurement: createIdentity(), whole: true }, options).adaptedPriors, 1);
});

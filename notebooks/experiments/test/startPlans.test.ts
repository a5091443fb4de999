import assert from "node:assert/strict";
import { test } from "node:test";
import { plans, type SpecOf } from "../src";

type WarmStart = SpecOf<"warm-start">;
type Task = WarmStart["task"];
type Plan = (profile: "smoke" | "default") => { image: { name: string } }[];
const titleOf = (task: Task) =>
  plans.cropTasks.find((one) => JSON.stringify(one.task) === JSON.stringify(task))?.title ?? assert.fail();
const cellOf = ({ image, task }: Pick<WarmStart, "image" | "task">) => `${image.name}, ${titleOf(task)}`;
const dipOf = ({ prior }: WarmStart) => prior as plans.DipPrior;
const count = <Item>(items: readonly Item[], of: (item: Item) => string) => new Set(items.map(of)).size;

/** The specs of each image and task. */
function byCell<Spec extends Pick<WarmStart, "image" | "task">>(specs: readonly Spec[]): Spec[][] {
  return [...new Set(specs.map(cellOf))].map((cell) => specs.filter((spec) => cellOf(spec) === cell));
}

test("each plan of the start has its crops, tasks and variants, and a small one a few trials that are quick", () => {
  const sizes: [make: Plan, crops: number, each: number][] = [
    // Three tasks by four networks; twelve tasks; three tasks by seven settings; four tasks.
    [plans.planStartNetworks, 4, 12],
    [plans.planDipOfAll, 8, 12],
    [plans.planStartSettings, 8, 21],
    [plans.planStartGuidance, 4, 4],
    // Three tasks by three DDPMs, of each two starts, or two numbers of evaluations.
    [plans.planStartPriors, 4, 18],
    [plans.planPriorsFromNoise, 4, 18],
    // Five fits on three tasks, five tasks of two controls and seven of one; three tasks by five numbers of evaluations.
    [plans.planClockStarts, 1, 22],
    [plans.planClockDdpm, 1, 15],
    [plans.planClockDps, 1, 2],
    [plans.planCropDps, 8, 24],
    // Two starts by the rule or a level with two numbers of draws, one more from that level; two numbers of the DDPM alone.
    [plans.planCropDraws, 8, 60],
    [plans.planCropDdpmDraws, 8, 24],
    // Two numbers of draws from noise, and two starts.
    [plans.planCropPerceptual, 8, 48],
    // Three numbers of draws on twelve tasks; two starts and one more number; a hole by three ways, and by the DDPM alone.
    [plans.planDrawsTuning, 4, 36],
    [plans.planGapTuning, 6, 3],
    [plans.planHoleStarts, 24, 3],
    [plans.planHoleDdpm, 24, 1],
    // Three noise levels by three ways to denoise.
    [plans.planDdpmDenoise, 8, 9],
  ];
  for (const [make, crops, each] of sizes) {
    const specs = make("default");
    assert.deepEqual([count(specs, ({ image }) => image.name), specs.length], [crops, crops * each], make.name);
    assert.ok(make("smoke").length <= 9, make.name);
  }
  const small = [
    plans.planStartNetworks,
    plans.planDipOfAll,
    plans.planStartSettings,
    plans.planStartPriors,
    plans.planCropDraws,
  ];
  for (const spec of [...small, plans.planStartGuidance, plans.planCropStarts].flatMap((make) => make("smoke"))) {
    assert.equal(spec.size, 32);
    assert.ok(Math.max(...spec.evaluations, ...(dipOf(spec).durations ?? [])) <= 8, JSON.stringify(spec));
  }
});

test("networks are compared with all else the same, the chosen one first", () => {
  const networks = plans.startNetworks("default").map(({ network }) => JSON.stringify(network));
  const cells = byCell(plans.planStartNetworks("default"));
  for (const own of cells) {
    assert.deepEqual(
      own.map((spec) => JSON.stringify(dipOf(spec).network)),
      networks,
    );
    const rest = (spec: WarmStart) => JSON.stringify({ ...spec, prior: { ...dipOf(spec), network: undefined } });
    assert.equal(count(own, rest), 1);
  }
  assert.equal(networks[0], JSON.stringify(plans.fit([1]).network));
  assert.equal(new Set(networks).size, 4);
});

test("settings of the start are varied one at a time", () => {
  for (const [grid, ...others] of byCell(plans.planStartSettings("default"))) {
    assert.ok(grid);
    const usual = { ...grid, starts: [{ by: "risk", kappa: 1 }], evaluations: [20] };
    const flat = (spec: object) => {
      const { prior, ...rest } = spec as WarmStart;
      return Object.entries({ ...rest, ...dipOf({ prior } as WarmStart) }).map((field) => JSON.stringify(field));
    };
    const changed = others.map((spec) =>
      flat(spec)
        .filter((field) => !flat(usual).includes(field))
        .join(),
    );
    assert.deepEqual(changed, [
      ...['["eta",0]', '["eta",0.85]', '["averageDecay",0.99]', '["learningRate",0.03]', '["learningRate",0.003]'],
      '["heldOut",0.1]',
    ]);
  }
});

test("DIP of all sees all but a value, for as long as any other", () => {
  const longest = Math.max(...plans.planCropStartGrid("default").flatMap((spec) => dipOf(spec).durations));
  for (const spec of plans.planDipOfAll("default")) {
    const { heldOut, durations, ...rest } = dipOf(spec);
    const { heldOut: share, durations: _, ...usual } = plans.fit([1]);
    assert.deepEqual(rest, usual);
    assert.ok(heldOut < share / 100 && Math.max(...durations) >= longest);
  }
});

test("a start has the interpolated observation in its input too where that says something of what is missing", () => {
  for (const own of byCell(plans.planCropStarts("default"))) {
    const guesses = own.map((spec) => dipOf(spec).guess !== undefined);
    const { task } = own[0] ?? assert.fail();
    assert.deepEqual(guesses, plans.isScattered(task) ? [false, true] : [false]);
  }
  const scattered = plans.cropTasks.filter(({ task }) => plans.isScattered(task)).map(({ title }) => title);
  assert.deepEqual(scattered, [
    ...["half of the pixels", "10 % of the pixels", "text", "super-resolution x4", "half of the pixels, sigma 10"],
  ]);
});

test("the clock has every input, and every control on every task, and draws that no other trial has", () => {
  const clock = plans.planClockStarts("default");
  const nameOf = ({ prior, task }: WarmStart) =>
    prior.kind === "dip" ? `dip ${prior.guess?.place}` : `${titleOf(task)}: ${prior.of}`;
  const names = (specs: readonly WarmStart[]) => [...new Set(specs.map(nameOf))];
  const timed = [...plans.planCropStarts("default"), ...plans.planCropControls("default")];
  assert.deepEqual(names(clock).sort(), names(timed).sort());
  const samplers = (specs: readonly { seeds: { sampler: number } }[]) => [
    ...new Set(specs.map(({ seeds }) => seeds.sampler)),
  ];
  assert.deepEqual([samplers(clock), samplers(plans.planClockDdpm("default")), samplers(timed)], [[2], [2], [1]]);
});

test("what is drawn of a crop has a seed of its own", () => {
  const specs = plans.planCropStarts("default");
  const crops = count(specs, ({ image }) => image.name);
  assert.ok(crops > 1);
  assert.equal(
    count(specs, ({ seeds: { noise } }) => `${noise}`),
    crops,
  );
  assert.equal(
    count(specs, ({ image, seeds: { noise } }) => `${image.name} ${noise}`),
    crops,
  );
});

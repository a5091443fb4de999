import assert from "node:assert/strict";
import { test } from "node:test";
import { analysis, plans } from "../src";
import { record } from "./helpers";

type Restore = ReturnType<typeof plans.planCropSamplers>[number];

const made = (spec: Restore, evaluations: number, psnr: number) => record(spec, { evaluations, "restored.psnr": psnr });

test("samplers stand side by side on the images that all are on, with a dash where one is not made for the task", () => {
  const samplers = plans.planCropSamplers("default");
  const { image } = samplers[0] as Restore;
  const isHere = (spec: Restore) => spec.image.name === image.name;
  const others = samplers.filter(isHere).map((spec) => made(spec, "evaluations" in spec.restorer ? 20 : 100, 20));
  const ddnm = plans
    .planCropDdpm("default")
    .filter(({ restorer }) => "evaluations" in restorer && restorer.evaluations === 20)
    .map((spec) => made(spec, 20, isHere(spec) ? 25 : 99));
  const table = analysis.cropSamplersTable([...ddnm, ...others], [20]);
  const row = (task: string) => table.find((one) => one.task === task) ?? assert.fail(task);
  assert.equal(table.length, plans.cropTasks.length);
  assert.deepEqual(Object.values(row("half of the pixels")).slice(1), [25, 20, "–", "–"]);
  assert.deepEqual(Object.values(row("half of the pixels, sigma 10")).slice(1), [25, 20, 20, "–"]);
  assert.deepEqual(Object.values(row("deblurring")).slice(1), [25, 20, "–", "–"]);
});

test("what the samplers were tuned by is told by setting, over tasks and images", () => {
  const trials = plans.planCropSamplerTuning("default").map((spec, i) => made(spec, 20, i));
  const table = analysis.samplerTuningTable(trials);
  const kinds = new Set(table.map(({ sampler, setting }) => `${sampler} ${setting}`));
  assert.equal(kinds.size, table.length);
  const own = trials.filter(({ spec: { restorer } }) => restorer.kind === "dps" && restorer.scale === 1);
  const wanted = own.reduce((sum, { metrics }) => sum + (metrics["restored.psnr"] as number), 0) / own.length;
  assert.equal(table.find(({ setting }) => setting === "scale 1")?.psnr, wanted);
});

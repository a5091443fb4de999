import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createNetwork, loadDdpm } from "ddpm-dip/ddpm";
import { countParameters } from "ddpm-dip/nn";
import { assertNoLeak, temporaryFolder } from "../../../lib/test/helpers";
import { training } from "../src";

const { runTraining, trainingFiles, trainings } = training;
const spec: training.TrainingSpec = {
  ...trainings.photos,
  name: "tiny",
  data: { kind: "photos", scales: [64], deadLeaves: 1 },
  model: {
    network: { ...trainings.photos.model.network, baseChannels: 8, multipliers: [1] },
    schedule: { kind: "cosine", steps: 50 },
  },
  size: 16,
  batch: 4,
  steps: 6,
  learningRate: { peak: 1e-3, warmup: 2, last: 0.1 },
  validateEvery: 4,
  validateAt: [1, 25],
};

/** A list of a folder's checkpoints with another tiny one. @returns its place, and what is to be left of it. */
function listTiny(folder: string) {
  const [list, another] = [join(folder, "SHA256SUMS"), `${"1".repeat(64)}  another.safetensors\n`];
  writeFileSync(list, `${"0".repeat(64)}  tiny.safetensors\n${another}`);
  return { list, another };
}

test("a training writes a checkpoint, a log and a card, and a run that was stopped twice writes the same", () =>
  assertNoLeak(async () => {
    const [once, parts] = [temporaryFolder(), temporaryFolder()];
    const { list, another } = listTiny(once);
    const steps: number[] = [];
    const log = await runTraining(spec, { folder: once, onProgress: ({ step }) => steps.push(step) });
    assert.deepEqual(steps, [1, 2, 3, 4, 5, 6]);
    assert.ok(log.finished && log.seconds > 0 && log.dataShare > 0 && log.dataShare < 1);
    assert.deepEqual(
      log.validation.map(({ step, levels }) => [step, levels.map(({ t }) => t)]),
      [
        [4, [1, 25]],
        [6, [1, 25]],
      ],
    );
    const files = trainingFiles("tiny", once);
    assert.match(readFileSync(files.card, "utf8"), /npm run train -- tiny\n/);
    assert.ok(!existsSync(files.state));
    assert.equal(readFileSync(list, "utf8"), another);
    assert.deepEqual(training.readTrainingLog(files.log), JSON.parse(JSON.stringify(log)));

    const stopAfter = async (last: number) => {
      const stop = new AbortController();
      const onProgress = ({ step }: { step: number }) => void (step === last && stop.abort());
      return runTraining(spec, { folder: parts, signal: stop.signal, onProgress });
    };
    assert.equal((await stopAfter(2)).finished, false);
    assert.ok(existsSync(trainingFiles("tiny", parts).state));
    assert.equal((await stopAfter(5)).finished, false);
    const resumed = await runTraining(spec, { folder: parts });
    assert.deepEqual(resumed.loss, log.loss);
    assert.deepEqual(
      resumed.validation.map(({ levels }) => levels),
      log.validation.map(({ levels }) => levels),
    );
    assert.deepEqual(readFileSync(trainingFiles("tiny", parts).checkpoint), readFileSync(files.checkpoint));
    const loaded = loadDdpm(files.checkpoint);
    assert.deepEqual(loaded.description, spec.model);
    loaded.network.dispose();
  }));

test("a state of another spec, a damaged log and a spec that is not valid are named", async () => {
  const folder = temporaryFolder();
  const stop = new AbortController();
  stop.abort();
  await runTraining(spec, { folder, signal: stop.signal });
  await assert.rejects(
    runTraining({ ...spec, batch: 5 }, { folder }),
    /tiny\.state\.safetensors is of another spec of "tiny"/,
  );
  const { state } = trainingFiles("tiny", folder);
  const whole = readFileSync(state);
  for (const damaged of [
    whole.subarray(0, 1000),
    Buffer.from(whole.toString("latin1").replace("seconds", "secunds"), "latin1"),
  ]) {
    writeFileSync(state, damaged);
    await assert.rejects(runTraining(spec, { folder }), /tiny\.state\.safetensors is damaged/);
  }
  writeFileSync(state, whole);
  writeFileSync(join(folder, "tiny.0.lock"), "1 on elsewhere, begun at 1");
  await assert.rejects(runTraining(spec, { folder }), /"tiny" is being trained by process 1 on elsewhere: wait for it/);
  writeFileSync(join(folder, "tiny.0.lock"), `4194305 on ${hostname()}, begun at 1`);
  await runTraining(spec, { folder, signal: stop.signal });
  assert.ok(!existsSync(join(folder, "tiny.0.lock")));
  await assert.rejects(runTraining({ ...spec, batch: 0 }, { folder }), /the training's spec is not valid: batch/);
  const cifar = { ...spec, data: { kind: "cifar10" as const } };
  await assert.rejects(runTraining(cifar, { folder: temporaryFolder() }), /CIFAR-10 is not part of this project/);
});

test("the checkpoints of the project fit in 15 MB each and are named as they are kept", () => {
  for (const [name, one] of Object.entries(trainings)) {
    assert.equal(one.name, name);
    const network = createNetwork(one.model, 1);
    const bytes = training.storedPrecision(one) === "float16" ? 2 : 4;
    assert.ok(countParameters(network.parameters) * bytes < 15e6, `${name}: ${countParameters(network.parameters)}`);
    network.dispose();
  }
});

test("what the twin has trained is taken over with its log and a card, and what does not belong together is named", async () => {
  const [from, to] = [temporaryFolder(), temporaryFolder()];
  await assert.rejects(training.importTraining("tiny", from, to), /there is no .*tiny\.json/);
  const log = await runTraining(spec, { folder: from });
  const { list, another } = listTiny(to);
  await training.importTraining("tiny", from, to);
  assert.equal(readFileSync(list, "utf8"), another);
  const [source, target] = [trainingFiles("tiny", from), trainingFiles("tiny", to)];
  assert.deepEqual(readFileSync(target.checkpoint), readFileSync(source.checkpoint));
  assert.equal(training.readTrainingLog(target.log)?.trainer, "pytorch");
  assert.match(readFileSync(target.card, "utf8"), /train\.py spec\.json[\s\S]*npm run train -- tiny --import OUT/);
  const other = { ...log, spec: { ...spec, model: { ...spec.model, schedule: { kind: "linear", steps: 50 } } } };
  writeFileSync(source.log, JSON.stringify(other));
  await assert.rejects(
    training.importTraining("tiny", from, to),
    /tiny\.safetensors is not the network of .*tiny\.json/,
  );
});

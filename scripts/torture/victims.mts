import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ddpm, runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { digestOf, type Victim } from "./campaign.mjs";

/** `npm run photos -- restore` of two photos of four tiles each, by tiny models. */
const restore: Victim = {
  prepare(folder) {
    for (const name of ["camera.png", "flower.png"]) {
      cpSync(join(runtime.dataFolder(), "photos", "tune", name), join(folder, "photos", name), { recursive: true });
    }
  },
  words: (folder) => [
    ...["--import", "tsx", join(root, "lib", "test", "cli", "tinyMain.ts"), "restore", join(folder, "photos")],
    ...["-t", "denoise", "--sigma", "20", "--size", "80", "--out", join(folder, "out")],
    ...["--iterations", "10", "--adaptations", "0", "--tile", "64", "--overlap", "16"],
  ],
  look(folder) {
    const out = join(folder, "out");
    // What a killed process was writing has a name of its own and goes unread.
    const names = existsSync(out) ? readdirSync(out).filter((name) => !/^\.ddpm-dip$|\.part$/.test(name)) : [];
    return Object.fromEntries(
      names.map((name) => {
        const bytes = readFileSync(join(out, name));
        if (name.endsWith(".json")) JSON.parse(bytes.toString());
        return [name, name.endsWith(".png") ? digestOf(bytes) : "there"];
      }),
    );
  },
};

/** `npm run train` of a tiny network whose state is saved after each step. */
const train: Victim = {
  prepare() {},
  words: (folder) => ["--import", "tsx", join(root, "scripts", "torture", "trainTiny.mts"), folder],
  look(folder) {
    const { checkpoint, log, state } = experiment.training.trainingFiles("tiny", folder);
    if (existsSync(state)) ddpm.readStateNotes(state);
    if (existsSync(checkpoint)) runtime.tf.dispose(runtime.readCheckpoint(checkpoint).tensors);
    const written = experiment.training.readTrainingLog(log);
    return {
      ...(existsSync(checkpoint) && { checkpoint: digestOf(readFileSync(checkpoint)) }),
      ...(written && { loss: JSON.stringify(written.loss) }),
    };
  },
};

/** A worker of `npm run sweep` with six tiny trials; Snakemake, which starts it again, is not part of it. */
const sweep: Victim = {
  prepare(folder) {
    const [watched] = experiment.plans.planCriteria("smoke");
    const base = { ...(watched as experiment.TrialSpec), keepImages: false } as experiment.TrialSpec;
    const specs = [2, 3, 4, 5, 6, 7].map((iterations) => ({ ...base, iterations, readEvery: 1 }));
    mkdirSync(join(folder, "done"));
    writeFileSync(join(folder, "job.json"), JSON.stringify({ results: join(folder, "results"), folder, specs }));
  },
  words: (folder) => ["--import", "tsx", join(root, "scripts", "sweep", "worker.mts"), join(folder, "job.json")],
  look: digestsOfTrials,
};

/** Packing and unpacking of a store, in turns without an end. */
const pack: Victim = {
  complete: true,
  async prepare(folder) {
    const store = experiment.openStore(join(folder, "results"));
    for (let i = 0; i < 60; i++) {
      const key = `torture-${String(i).padStart(16, "0")}`;
      await store.write({
        ...{ key, spec: { method: "torture", i } as never, images: {}, engine: "recorded" },
        ...{ curves: { iteration: [1, 2, 3], psnr: [i, i + 0.5, i + 0.25] }, metrics: { psnr: i + 0.125 } },
        ...{ costs: { seconds: 1, peakMiB: 1 }, versions: {}, finishedAt: new Date(0).toISOString() },
        machine: { processor: "any", cores: 1, memoryGiB: 1, gpu: false },
      });
    }
  },
  words: (folder) => [join(root, "scripts", "torture", "packForever.mjs"), join(folder, "results")],
  look: digestsOfTrials,
};

/** Of each trial of the folder's store what does not change from run to run. @throws Error naming a damaged one. */
function digestsOfTrials(folder: string): Record<string, string> {
  return Object.fromEntries(
    [...experiment.readAllStored(join(folder, "results"))].map((stored) => {
      if (!stored.record) throw new Error(`${experiment.placeOf(stored)} is damaged: ${stored.damage}`);
      const numbers = [stored.record.curves, stored.record.metrics].map((part) =>
        Object.entries(part).filter(([name]) => !/seconds/i.test(name)),
      );
      return [stored.key, digestOf(JSON.stringify(numbers))];
    }),
  );
}

export const victims = { restore, train, sweep, pack };

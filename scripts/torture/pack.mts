import { join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { digestsOf } from "./sweep.mjs";
import type { Victim } from "./victim.mjs";

const keyOf = (i: number) => `torture-${String(i).padStart(16, "0")}`;

/** Packing and unpacking of a store, in turns without an end. */
export const pack: Victim = {
  complete: true,
  async prepare(folder) {
    const store = experiment.openStore(join(folder, "results"));
    for (let i = 0; i < 60; i++) {
      await store.write({
        ...{ key: keyOf(i), spec: { method: "torture", i } as never, images: {}, engine: "recorded" },
        ...{ curves: { iteration: [1, 2, 3], psnr: [i, i + 0.5, i + 0.25] }, metrics: { psnr: i + 0.125 } },
        ...{ costs: { seconds: 1, peakMiB: 1 }, versions: {}, finishedAt: new Date(0).toISOString() },
        machine: { processor: "any", cores: 1, memoryGiB: 1, gpu: false },
      });
    }
  },
  words: (folder) => [join(root, "scripts", "torture", "packForever.mjs"), join(folder, "results")],
  look: (folder) => digestsOf(join(folder, "results")),
};

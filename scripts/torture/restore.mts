import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import { root } from "../setup/process.mjs";
import { digestOf, type Victim } from "./victim.mjs";

/** `npm run photos -- restore` of two photos of four tiles each, by tiny models. */
export const restore: Victim = {
  async prepare(folder) {
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

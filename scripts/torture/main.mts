import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import { root } from "../setup/process.mjs";

const [minutes = "1", seed = "1"] = process.argv.slice(2);
const photos = ["camera.png", "flower.png"];
const signals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
let draws = 0;
/** Uniform below a limit, the same for the same seed. */
function draw(below: number): number {
  const digest = createHash("sha256").update(`${seed} ${draws++}`).digest();
  return (below * digest.readUInt32BE()) / 2 ** 32;
}

const folder = mkdtempSync(join(tmpdir(), "ddpm-dip-torture-"));

/** Starts the command, with a signal after a while where there is one. @returns its exit code, or the signal's name. */
async function restore(out: string, stop?: { signal: (typeof signals)[number]; afterMs: number }): Promise<string> {
  const tiny = join(root, "lib", "test", "cli", "tinyMain.ts");
  const words = [
    ...["restore", join(folder, "photos"), "-t", "denoise", "--sigma", "20", "--size", "80", "--out", out],
    ...["--iterations", "10", "--adaptations", "0", "--tile", "64", "--overlap", "16"],
  ];
  const child = spawn(process.execPath, ["--import", "tsx", tiny, ...words], {
    ...{ cwd: root, stdio: ["ignore", "ignore", "pipe"] },
  });
  let said = "";
  child.stderr?.on("data", (text) => {
    said += text;
  });
  const timer = stop && setTimeout(() => child.kill(stop.signal), stop.afterMs);
  const end = await new Promise<string>((done) => child.once("close", (code, signal) => done(String(code ?? signal))));
  clearTimeout(timer);
  const expected = stop ? ["0", "130", stop.signal] : ["0"];
  if (expected.includes(end)) return end;
  throw new Error(`ended with ${end}, want ${expected.join(" or ")}:\n${said}`);
}

/** What lies in the folder of the results, without its state, and the digests of the pictures. */
function look(out: string): Record<string, string> {
  if (!existsSync(out)) return {};
  const names = readdirSync(out).filter((name) => !name.startsWith(".ddpm-dip"));
  return Object.fromEntries(
    names.map((name) => {
      const bytes = readFileSync(join(out, name));
      if (name.endsWith(".json")) JSON.parse(bytes.toString());
      return [name, name.endsWith(".png") ? createHash("sha256").update(bytes).digest("hex") : "there"];
    }),
  );
}

/** @throws Error naming the first file that is not as in the undisturbed run, or that is missing from a finished one. */
function compare(now: Record<string, string>, want: Record<string, string>, finished: boolean): void {
  for (const name of new Set([...Object.keys(now), ...(finished ? Object.keys(want) : [])])) {
    // What a killed process was writing; it has a name of its own and goes unread.
    if (name.endsWith(".part")) continue;
    if (now[name] !== want[name]) throw new Error(`${name}: ${now[name]}, undisturbed ${want[name]}`);
  }
}

async function main(): Promise<void> {
  for (const name of photos) {
    cpSync(join(runtime.dataFolder(), "photos", "tune", name), join(folder, "photos", name), { recursive: true });
  }
  const started = Date.now();
  const calm = join(folder, "calm");
  await restore(calm);
  let longMs = Date.now() - started;
  const want = look(calm);
  const until = Date.now() + 60_000 * Number(minutes);
  const ends: Record<string, number> = {};
  let rounds = 0;
  for (; Date.now() < until; rounds++) {
    const out = join(folder, `out${rounds}`);
    for (let count = Math.floor(draw(4)); count >= 0; count--) {
      const signal = signals[Math.floor(draw(signals.length))] ?? "SIGKILL";
      const end = await restore(out, { signal, afterMs: draw(0.6 * longMs) });
      ends[`${signal} ${end}`] = (ends[`${signal} ${end}`] ?? 0) + 1;
      compare(look(out), want, end === "0");
      // It was quicker than thought, as the first run of a machine is the slowest: there is nothing left to disturb.
      if (end === "0") {
        longMs *= 0.8;
        break;
      }
    }
    await restore(out);
    compare(look(out), want, true);
    rmSync(out, { recursive: true });
  }
  console.log(`${rounds} rounds, all with the undisturbed pictures; ends: ${JSON.stringify(ends)}`);
}

try {
  await main();
  rmSync(folder, { recursive: true });
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)} (kept: ${folder})`);
  process.exitCode = 1;
}

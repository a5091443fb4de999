import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sum } from "simple-statistics";
import { root } from "../setup/process.mjs";

/** A command that is ended at random moments, and what must hold after that. */
export interface Victim {
  /** Fills a folder with what is there before its first run. */
  prepare(folder: string): void | Promise<void>;
  /** Words for Node that start it on a folder, from the top of the project. */
  words(folder: string): string[];
  /** Digests of what lies in the folder by name. @throws Error naming what is half there or cannot be read. */
  look(folder: string): Record<string, string>;
  /** Whether all is there from the beginning, so that nothing may ever be missing; else only what a run has finished. */
  complete?: boolean;
}

export const digestOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

const signals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
type Signal = (typeof signals)[number];

/** Numbers below a limit, the same for the same seed. */
export function openDraws(seed: string): (below: number) => number {
  let draws = 0;
  return (below) => {
    const digest = createHash("sha256").update(`${seed} ${draws++}`).digest();
    return (below * digest.readUInt32BE()) / 2 ** 32;
  };
}

/** Starts a victim, with a signal so long after it has said its first word or, where it says none, after its start. */
async function start(victim: Victim, folder: string, stop?: { signal: Signal; afterMs: number }): Promise<string> {
  const child = spawn(process.execPath, victim.words(folder), { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let [said, timer] = ["", undefined as NodeJS.Timeout | undefined];
  const arm = () => {
    timer ??= stop && setTimeout(() => child.kill(stop.signal), stop.afterMs);
  };
  if (!victim.complete) arm();
  child.stdout.on("data", arm);
  child.stderr.on("data", (text) => {
    said += text;
  });
  const end = await new Promise<string>((done) => child.once("close", (code, signal) => done(String(code ?? signal))));
  clearTimeout(timer);
  const expected = stop ? ["0", "130", stop.signal] : ["0"];
  if (expected.includes(end)) return end;
  throw new Error(`ended with ${end}, want ${expected.join(" or ")}:\n${said}`);
}

/** @throws Error naming what is not as in the undisturbed run, or is missing where all has to be there. */
function compare(now: Record<string, string>, want: Record<string, string>, complete: boolean): void {
  for (const name of new Set([...Object.keys(now), ...(complete ? Object.keys(want) : [])])) {
    if (now[name] !== want[name]) throw new Error(`${name}: ${now[name]}, undisturbed ${want[name]}`);
  }
}

/** What a campaign came to. */
export interface Campaign {
  /** Runs that a signal has reached before their own end, by signal. */
  kills: Record<Signal, number>;
  /** Runs that came to their end, each compared with the undisturbed one. */
  ends: number;
}

/**
 * Ends a victim at random moments and lets it go on, again and again, and looks after each end at what lies there.
 * @param until when to stop, as of `Date.now()`, or after so many kills.
 * @throws Error naming what was lost, half there or other than in an undisturbed run; its folder is kept.
 */
export async function runCampaign(
  victim: Victim,
  { draw, until, most }: { draw: (below: number) => number; until: number; most: number },
): Promise<Campaign> {
  const top = mkdtempSync(join(tmpdir(), "ddpm-dip-torture-"));
  const open = async (name: string) => {
    const folder = join(top, name);
    mkdirSync(folder);
    await victim.prepare(folder);
    return folder;
  };
  const campaign: Campaign = { kills: { SIGINT: 0, SIGTERM: 0, SIGKILL: 0 }, ends: 0 };
  const goesOn = () => Date.now() < until && sum(Object.values(campaign.kills)) < most;
  const calm = await open("calm");
  const started = Date.now();
  if (!victim.complete) await start(victim, calm);
  let longMs = victim.complete ? 300 : Date.now() - started;
  const want = victim.look(calm);
  try {
    for (let round = 0; goesOn(); round++) {
      const folder = await open(`round${round}`);
      for (let end = ""; end !== "0" && goesOn(); ) {
        const signal = signals[Math.floor(draw(signals.length))] ?? "SIGKILL";
        // The first part of a run is the start of Node and of TensorFlow, where there is little to lose.
        end = await start(victim, folder, { signal, afterMs: longMs * (victim.complete ? draw(1) : 0.2 + draw(0.8)) });
        if (end === "0") {
          campaign.ends++;
          // It was quicker than thought: there would be ever less to disturb.
          longMs *= 0.9;
        } else campaign.kills[signal]++;
        compare(victim.look(folder), want, victim.complete === true || end === "0");
      }
      if (!victim.complete) {
        await start(victim, folder);
        campaign.ends++;
        compare(victim.look(folder), want, true);
      }
      rmSync(folder, { recursive: true });
    }
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)} (kept: ${top})`);
  }
  rmSync(top, { recursive: true });
  return campaign;
}

import { requireProfile } from "./setup/options.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Shows and tends the stored trials: data/results, or the folder in DDPM_DIP_RESULTS.
A trial that is computed is a file of its own in loose/, which git ignores. Packed, the trials of a plan are the lines of
PLAN.jsonl, sorted and rounded, and the pictures that notebooks show are in pictures/. What is read is the same.
A damaged trial is named and left; pack replaces its line once the trial is computed anew. What this program has not written
is left as it is, and so is a PLAN.jsonl with a line that is no trial's: trials of its plan then stay in loose/.
Ends with 1 when a trial is damaged or the folder is being packed elsewhere, with 2 for words that are not understood and where
there is no such folder.

Usage: npm run results -- [pack [--prune] | unpack [PLAN]] [options]

  (no word)        how many trials there are of each plan, their size and how many are damaged
  pack             puts the trials of the library's plans into the files of their plans; a sweep does so at its end
  --prune          removes trials of no plan of the library: of an earlier version of a method, or of one's own plans
  unpack [PLAN]    writes the trials of a plan, or of all, back to files of their own
  --help           this text`;

const options = /** @type {const} */ ({ prune: { type: "boolean", default: false } });

await runCommand({ help, options, positionals: true }, ({ prune }, [task = "list", plan, ...more]) => {
  if (!["list", "pack", "unpack"].includes(task)) throw new Error(`got "${task}", want pack, unpack or nothing`);
  if (more.length > 0 || (plan !== undefined && task !== "unpack")) {
    throw new Error(
      `got "${more[0] ?? plan}" after "${task}", want ${task === "unpack" ? "one plan at most" : "nothing"}`,
    );
  }
  requireProfile(process.env.DDPM_DIP_PROFILE ?? "default", "DDPM_DIP_PROFILE");
  if (prune && task !== "pack") throw new Error("--prune: belongs to pack");
  return () => runScript("results", [JSON.stringify({ prune, do: task, plan })]);
});

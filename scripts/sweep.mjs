import { availableParallelism } from "node:os";
import { requireProfile } from "./setup/options.mjs";
import { checkPrerequisites } from "./setup/prerequisites.mjs";
import { runCommand, runScript } from "./setup/setUp.mjs";

const help = `Computes the missing trials of plans, several at a time, here or on a cluster, through Snakemake, which is
installed into .runtime/sweep on the first run. Ctrl-C keeps what is finished; the same command goes on.

Usage: npm run sweep -- PLAN... [options] [--executor NAME [words for Snakemake]]

  PLAN             a plan of the library, such as variants or planVariants (--list names them), or a file that ends in .ts or
                   .mts and whose default export is a list of specs
  --list           how many trials each plan has and how many are stored; no work is done
  --list --costs   the same with what they cost, as a table in Markdown
  --dry-run        what is missing and how long it is expected to take; no work is done
  --profile NAME   smoke, default or full: how many trials the plans of the library have
  --cores N        trials at a time: the cores of this machine unless set (1 with a GPU), 100 jobs with an executor
  --group N        trials a process; by what they cost unless set
  --retries N      how often a job that fails or is killed is tried again (2)
  --executor NAME  slurm, or another for which a Snakemake plugin is installed; all that follows goes to Snakemake
  --help           this text`;

const options = /** @type {const} */ ({
  list: { type: "boolean", default: false },
  costs: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  profile: { type: "string", default: process.env.DDPM_DIP_PROFILE ?? "default" },
  cores: { type: "string" },
  group: { type: "string" },
  retries: { type: "string", default: "2" },
});

/** @param {string} name @param {string | undefined} value @param {number} least */
function readCount(name, value, least) {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number(value) >= least) return Number(value);
  throw new Error(`--${name}: got "${value}", want a whole number of at least ${least}`);
}

/**
 * Our own words, and from --executor on those that are Snakemake's.
 * @param {string[]} args
 */
function divide(args) {
  const place = args.findIndex((word) => word === "--executor" || word.startsWith("--executor="));
  if (place < 0) return { own: args, executor: undefined, words: [] };
  const inline = /** @type {string} */ (args[place]).split("=")[1];
  const executor = inline ?? args[place + 1];
  if (!executor || executor.startsWith("-")) throw new Error("--executor: want the name of one, such as slurm");
  return { own: args.slice(0, place), executor, words: args.slice(place + (inline === undefined ? 2 : 1)) };
}

const args = () => divide(process.argv.slice(2)).own;
await runCommand({ help, options, positionals: true, args }, (values, plans) => {
  const { executor, words } = divide(process.argv.slice(2));
  const { list, costs, profile } = values;
  requireProfile(profile);
  if (costs && !list) throw new Error("--costs: belongs to --list");
  if (!list && plans.length === 0) throw new Error("PLAN: none is named; npm run sweep -- --list names them");
  const task = list ? (costs ? "costs" : "list") : values["dry-run"] ? "dry-run" : "run";
  const [asked, group] = [readCount("cores", values.cores, 1), readCount("group", values.group, 1)];
  const retries = readCount("retries", values.retries, 0);
  return async () => {
    // Each process of TensorFlow takes a GPU's whole memory.
    const ownCores = checkPrerequisites().gpu ? 1 : availableParallelism();
    const cores = asked ?? (executor === undefined ? ownCores : 100);
    const from = process.env.INIT_CWD ?? process.cwd();
    const asJson = JSON.stringify({ do: task, plans, executor, words, cores, group, retries, from });
    return runScript("sweep", [asJson], { DDPM_DIP_PROFILE: profile });
  };
});

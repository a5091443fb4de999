import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readPlan } from "../sweep/plans.mjs";
import { runCommand, temporaryFolder } from "./helpers.mjs";

const folder = temporaryFolder();

/** Words, what is answered beside the help, and variables. */
type Row = [words: string, answer: string, env?: Record<string, string>];
/** An option that is given values which it does not take. */
const refuse = (option: string, values: string[], wanted: string): Row[] =>
  values.map((value) => [`${option}=${value}`, `${option.split(" ").at(-1)}: got "${value}", want ${wanted}`]);
const unknown: Row = ["--nothing", "Unknown option '--nothing'"];
const files = ["DDPM_DIP_RESULTS", "DDPM_DIP_FIGURES", "DDPM_DIP_CHECKPOINTS"].map(
  (name): Row => ["", `${name}: got "package.json", but .*package.json is no folder`, { [name]: "package.json" }],
);
const profile = { DDPM_DIP_PROFILE: "huge" };
const count = "a whole number of at least";
const aboveZero = "a number above 0";

const rows: Record<string, Row[]> = {
  sweep: [
    unknown,
    ["", "PLAN: none is named"],
    ...refuse("tasks --cores", ["0", "-1", "1.5", "two", ""], `${count} 1`),
    ...refuse("tasks --group", ["0", "x"], `${count} 1`),
    ...refuse("tasks --retries", ["-1", "0.5"], `${count} 0`),
    ...refuse("tasks --profile", ["huge"], "smoke, default or full"),
    ["criteria", '--profile: got "huge", want smoke, default or full', profile],
    ["tasks --costs", "--costs: belongs to --list"],
    ["tasks --executor", "--executor: want the name of one, such as slurm"],
    ["tasks --executor --jobs", "--executor: want the name of one"],
    ["tasks --list=yes", "Option '--list' does not take an argument"],
  ],
  train: [
    ["cifar10 --data nope", '--data: got "nope", there is no .*nope'],
    ["classifier --data /nope", '--data: got "/nope", there is no /nope'],
    ["photos --import /nope", '--import: got "/nope", there is no /nope'],
    ["photos --out /dev/null/x", '--out: got "/dev/null/x", but /dev/null is no folder'],
    ["photos --out README.md", '--out: got "README.md", but .*README.md is no folder'],
    ["photos --spec README.md/spec.json", '--spec: got "README.md", but .*README.md is no folder'],
    ["", 'NAME: got "", want one of bsd, bsd-wide, photos'],
    ["nobody", 'NAME: got "nobody", want one of bsd, bsd-wide, photos'],
    ["photos bsd", 'got "bsd" after the name'],
    ["photos --nothing", "Unknown option '--nothing'"],
    ...refuse("photos --minutes", ["0", "-1", "soon", "NaN"], aboveZero),
    ["cifar10", "--data: cifar10 needs the folder of CIFAR-10"],
    ["classifier", "--data: classifier needs the folder of CIFAR-10"],
    ["cifar10-residual", "--data: cifar10-residual needs"],
    ...refuse("photos --out", [""], "a file or folder"),
    ...refuse("photos --spec", [""], "a file or folder"),
    ["photos --spec a --import b", "--spec and --import: want one of them"],
    ["classifier --spec a", "classifier: has no --spec and no --import"],
    ["photos --spec a --minutes 1", "--minutes: nothing is trained with --spec or --import"],
  ],
  verify: [
    unknown,
    ...refuse("--minutes", ["0", "-1", "x", ""], aboveZero),
    ...refuse("--tolerance", ["0", "-2", "x"], aboveZero),
    ...refuse("--seed", ["-1", "1.5", "x", ""], "a whole number"),
    ["criteria", "Unexpected argument 'criteria'"],
    ["", 'DDPM_DIP_PROFILE: got "huge", want smoke, default or full', profile],
  ],
  results: [
    unknown,
    ["packs", 'got "packs", want pack, unpack or nothing'],
    ["pack whole", 'got "whole" after "pack", want nothing'],
    ["unpack whole league", 'got "league" after "unpack", want one plan at most'],
    ["--prune", "--prune: belongs to pack"],
    ["unpack --prune", "--prune: belongs to pack"],
    ["list whole", 'got "whole" after "list", want nothing'],
    ["pack", 'DDPM_DIP_PROFILE: got "huge", want smoke, default or full', profile],
    ...["README.md", "README.md/results", "/dev/null"].map(
      (place): Row => ["", 'DDPM_DIP_RESULTS: got ".*", but .* is no folder', { DDPM_DIP_RESULTS: place }],
    ),
  ],
  readme: [unknown, ["again", "Unexpected argument 'again'"], ...files],
  baselines: [unknown, ["--profile huge", '--profile: got "huge"'], ["", '--profile: got "huge"', profile]],
  torture: [
    unknown,
    ...refuse("--minutes", ["0", "-1", "x"], aboveZero),
    ...refuse("--seed", ["-1", "1.5", "x", ""], "a whole number"),
    ...refuse("--kills", ["0", "-1", "1.5", ""], "a whole number above 0"),
    ["--what restore,nothing", '--what: got "nothing", want some of restore, train, sweep, pack, steps'],
    ["--what=", '--what: got "", want some of'],
  ],
  start: [
    unknown,
    ["--profile huge", '--profile: got "huge"'],
    ["--save --profile smoke", "--save: got the profile smoke, want default"],
    ["now", "Unexpected argument 'now'"],
  ],
  bench: [
    unknown,
    ["--figure --quick", "--figure: needs a whole run or --kernels, not a quick one"],
    ["fast", "Unexpected"],
  ],
};

for (const [program, bad] of Object.entries(rows)) {
  test(`npm run ${program}: words that are wrong end with 2 and the help, before any work`, () => {
    for (const [words, answer, env = {}] of bad) {
      const run = runCommand(program, words.split(" ").filter(Boolean), { cwd: folder, env });
      assert.equal(run.status, 2, `${words}: ${run.stdout}${run.stderr}`);
      assert.match(run.stderr.trimStart(), new RegExp(answer), words);
      assert.match(run.stderr, /^Usage: npm (run )?\w+/m);
      assert.equal(run.stdout.trim(), "");
      assert.doesNotMatch(run.stderr, /^ +at /m);
    }
    assert.deepEqual(readdirSync(folder), []);
  });
}

test("names and folders that are none end with 2 before anything is installed or begun", () => {
  const nowhere = join(folder, "nowhere");
  const noPlan = /^error: PLAN: got "nope", want one of .*criteria/m;
  const noData = /^error: --data: bsd is trained on BSD400, and there is no .*nowhere/m;
  const noFolder = /^error: there is no folder .*nowhere: want one with stored trials/m;
  for (const [program, words, message] of [
    ["sweep", ["nope"], noPlan],
    ["baselines", ["nope"], noPlan],
    ["train", ["bsd"], noData],
    ["results", [], noFolder],
    ["results", ["pack"], noFolder],
    ["results", ["unpack"], noFolder],
  ] as const) {
    const env = { DDPM_DIP_BSD400: nowhere, ...(program === "results" && { DDPM_DIP_RESULTS: nowhere }) };
    const run = runCommand(program, words, { cwd: folder, env });
    assert.equal(run.status, 2, `${program} ${words.join(" ")}: ${run.stdout}${run.stderr}`);
    assert.match(run.stderr.trimStart(), message);
    assert.doesNotMatch(run.stdout, /installing/);
  }
  assert.equal(existsSync(nowhere), false);
});

test("plans that are none are named as wrong words", async () => {
  const texts = {
    "empty.mts": "",
    "number.mts": "export default 7;",
    "throws.mts": 'throw new Error("no plan today");',
    "broken.mts": "export default [",
    "strange.mts": 'export default [{ method: "nobody" }];',
    "nothing.mts": "export default [undefined];",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  for (const [name, message] of [
    ["nobody", /PLAN: got "nobody", want one of .*criteria/],
    ["planNobody", /PLAN: got "planNobody", want one of/],
    ["", /PLAN: got "", want one of/],
    ["missing.mts", /missing.mts: there is no such file/],
    ["empty.mts", /empty.mts: its default export is (undefined|object), want a list of specs/],
    ["number.mts", /number.mts: its default export is number/],
    ["throws.mts", /throws.mts: no plan today/],
    ["broken.mts", /broken.mts: /],
    ["strange.mts", /strange.mts: .*nobody/],
    ["nothing.mts", /nothing.mts: .*method/],
  ] as const) {
    await assert.rejects(readPlan(name, "smoke", folder), (error: Error) => {
      assert.equal(error.constructor.name, "UsageError", `${name}: ${error.stack}`);
      assert.match(error.message, message);
      return true;
    });
  }
});

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../setup/process.mjs";
import { runCommand, temporaryFolder } from "../test/helpers.mjs";

const folder = temporaryFolder();
/** A line of a packed plan, of a trial that trains nothing, on an image that is part of the project. */
const name = "priors.jsonl";
const line = readFileSync(join(root, "data", "results", name), "utf8")
  .split("\n")
  .find((one) => /"from":"other"/.test(one) && /"kind":"prior"/.test(one) && /"selfEnsemble":false/.test(one));
assert.ok(line);
writeFileSync(join(folder, name), `${line}\n`);
cpSync(join(root, "data", "results", "pictures"), join(folder, "pictures"), { recursive: true });

const verifyIn = (results: string, ...words: string[]) =>
  runCommand("verify", words, { env: { DDPM_DIP_RESULTS: results } });
const verify = (...words: string[]) => verifyIn(folder, ...words);

test("where nothing is stored nothing is verified, which is an error", () => {
  const missing = verifyIn(join(folder, "nowhere"), "--digests-only");
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /error: there is no folder .*nowhere: want one with stored trials/);
  mkdirSync(join(folder, "empty"));
  const empty = verifyIn(join(folder, "empty"), "--digests-only");
  assert.equal(empty.status, 1);
  assert.match(empty.stderr, /error: .*empty holds no stored trial: nothing was verified/);
});

test("a stored trial is drawn, recomputed and found again", () => {
  const { status, stdout, stderr } = verify("--minutes", "0.2");
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /1 stored trials in .*: 0 damaged\n/);
  assert.match(stdout, /denoiser-\w+ +(equal|within) /);
  assert.match(
    stdout,
    /seed 1: (1 equal, 0 within|0 equal, 1 within) the tolerance, 0 beyond it, 0 not possible here\n/,
  );
});

test("a damaged trial is named and ends with 1; a method without trials is answered with those that have some", () => {
  const file = join(folder, name);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace('"psnr":', '"psnr":1'));
  const { status, stderr, stdout } = verify("--digests-only");
  assert.equal(status, 1);
  assert.match(stderr, /priors\.jsonl, line 1 \(denoiser-\w+\) is damaged: its content does not match its digest/);
  assert.match(stdout, /1 stored trials in .*: 1 damaged/);
  writeFileSync(file, text);
  assert.match(verify("--method", "magic").stderr, /no stored trial is of the method magic; stored are denoiser/);
});

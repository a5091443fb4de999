import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../helpers";

const root = join(__dirname, "..", "..", "..");

/** A folder inside the project, so that what lies there finds the library by its name. */
function folderInProject(): string {
  const runtime = join(root, ".runtime");
  mkdirSync(runtime, { recursive: true });
  const folder = mkdtempSync(join(runtime, "readme-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("the method that the README adds is computed, stored and found again", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const example = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    .map(([, text]) => text as string)
    .find((text) => text.includes("defineMethod"));
  assert.ok(example, "README.md has no example of defineMethod");
  const [file, results] = [join(folderInProject(), "blur.mts"), temporaryFolder()];
  writeFileSync(file, example);
  const compute = () => {
    const run = spawnSync(process.execPath, ["--import", "tsx", file], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, DDPM_DIP_RESULTS: results },
    });
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
  };
  const said = compute();
  const [coffee, chelsea] = ["coffee", "chelsea"].map((photo) =>
    Number(new RegExp(`${photo}: (\\d+\\.\\d\\d) dB`).exec(said)?.[1]),
  );
  // Noise of sigma 0.1 alone leaves 20 dB.
  assert.ok((coffee as number) > 20 && (chelsea as number) > 20, said);
  const loose = join(results, "loose");
  const stored = readdirSync(loose).map((name) => [name, readFileSync(join(loose, name), "utf8")]);
  assert.equal(stored.length, 2);
  assert.ok(
    stored.every(([name]) => /^blur-[0-9a-f]{16}\.json$/.test(name as string)),
    stored.join(),
  );
  assert.equal(compute(), said);
  assert.deepEqual(
    readdirSync(loose).map((name) => [name, readFileSync(join(loose, name), "utf8")]),
    stored,
  );
});

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../helpers";
import { writePhoto } from "./tinyRun";

const root = join(__dirname, "..", "..", "..");
const tinyMain = [...["--import", "tsx"], join(__dirname, "tinyMain.ts")];

/** Waits until a process has written text, at most five minutes. */
async function until(child: ChildProcess, text: string): Promise<void> {
  let said = "";
  await new Promise<void>((done, fail) => {
    const late = setTimeout(() => fail(new Error(`not said: ${text}; but ${said}`)), 300_000);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data) => {
        said += data;
        if (!said.includes(text)) return;
        clearTimeout(late);
        done();
      });
    }
  });
}

const endOf = (child: ChildProcess) => new Promise<number | null>((done) => child.once("close", (code) => done(code)));

test("what starts a process passes signals on, waits for it, and ends as it does", async () => {
  const inner = `let count = 0; setInterval(() => {}, 1000);
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
      process.on(name, () => { console.log(name); setTimeout(() => process.exit(7), 200); });
    console.log("ready");`;
  const outer = (code: string) => `import("./scripts/setup/process.mjs").then(async ({ runVisible }) => {
    process.exitCode = await runVisible(process.execPath, ["-e", ${JSON.stringify(code)}]);
  });`;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const child = spawn(process.execPath, ["-e", outer(inner)], { cwd: root });
    await until(child, "ready");
    const heard = until(child, signal);
    child.kill(signal);
    await heard;
    assert.equal(await endOf(child), 7, signal);
  }
  const killed = spawnSync(process.execPath, ["-e", outer("process.kill(process.pid, 'SIGKILL')")], { cwd: root });
  assert.equal(killed.status, 137);
});

test("one Ctrl-C that comes several times stops once, the next at once", async () => {
  const code = `import("./lib/src/runtime/stopSignals.ts").then(({ default: m, listenForStop = m.listenForStop }) => {
    setInterval(() => {}, 1000);
    listenForStop({ first: () => console.log("first"), again: () => process.exit(130) });
    console.log("ready");
  });`;
  const child = spawn(process.execPath, ["--import", "tsx", "-e", code], { cwd: root });
  await until(child, "ready");
  const first = until(child, "first");
  child.kill("SIGINT");
  child.kill("SIGHUP");
  await first;
  child.kill("SIGINT");
  await new Promise((done) => setTimeout(done, 600));
  assert.equal(child.exitCode, null);
  child.kill("SIGTERM");
  assert.equal(await endOf(child), 130);
});

test("a run that is told to end writes its page and ends with 130, and one that nobody reads ends quietly", async () => {
  const folder = temporaryFolder();
  for (const name of ["a.png", "b.png"]) await writePhoto(folder, name);
  const words = (out: string, iterations: string) => [
    ...["restore", join(folder, "a.png"), join(folder, "b.png"), "-t", "denoise", "--sigma", "20"],
    ...["--iterations", iterations, "--adaptations", "0", "-o", join(folder, out)],
  ];
  const child = spawn(process.execPath, [...tinyMain, ...words("ended", "100000")], { cwd: root });
  const list = join(folder, "ended", ".ddpm-dip", "list.json");
  while (!existsSync(list) && child.exitCode === null) await new Promise((done) => setTimeout(done, 50));
  const told = until(child, "stopped: 0 of 2 finished");
  child.kill("SIGTERM");
  await told;
  assert.equal(await endOf(child), 130);
  assert.match(readFileSync(join(folder, "ended", "index.html"), "utf8"), /Not reached before the run was stopped/);
  assert.ok(!readdirSync(join(folder, "ended")).some((name) => name.endsWith(".part")));

  const quoted = [process.execPath, ...tinyMain, ...words("unread", "3")].map((word) => `'${word}'`).join(" ");
  const unread = spawnSync("sh", ["-c", `${quoted} | head -n 1`], { cwd: root, encoding: "utf8" });
  assert.match(unread.stdout, /^\[1\/2\] a: .*\n$/);
  assert.doesNotMatch(unread.stderr, /EPIPE|^error|^ +at /m);
  assert.ok(existsSync(join(folder, "unread", "index.html")));
});

test("a reader that goes away stops what can go on later once, and ends the rest with 130, without a trace", async () => {
  const write = "setInterval(() => console.log('more'), 20);";
  const listen = `import("./lib/src/runtime/stopSignals.ts").then(({ default: m, listenForStop = m.listenForStop }) => {
    listenForStop({
      first: () => { console.error("first"); setTimeout(() => process.exit(7), 600); },
      again: () => process.exit(8),
    });
    ${write}
  });`;
  for (const [code, status, said] of [
    [write, 130, ""],
    [listen, 7, "first\n"],
  ] as const) {
    const words = ["--import", "./scripts/setup/stopWhenUnread.mjs", "--import", "tsx", "-e", code];
    const child = spawn(process.execPath, words, { cwd: root });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    await until(child, "more");
    child.stdout.destroy();
    assert.equal(await endOf(child), status, stderr);
    assert.equal(stderr, said);
  }
});

test("npm links the command, and it answers from anywhere", () => {
  const command = join(root, "node_modules", ".bin", "ddpm-dip");
  assert.ok(existsSync(command));
  const { status, stdout } = spawnSync(command, ["--help"], { cwd: temporaryFolder(), encoding: "utf8" });
  assert.equal(status, 0);
  assert.match(stdout, /restore \[options\] <paths/);
});

test("before the set-up it says what to run, with exit code 2", () => {
  const bare = temporaryFolder();
  mkdirSync(join(bare, "lib"));
  cpSync(join(root, "lib", "bin"), join(bare, "lib", "bin"), { recursive: true });
  cpSync(join(root, "scripts", "setup"), join(bare, "scripts", "setup"), { recursive: true });
  const file = join(bare, "lib", "bin", "ddpm-dip.mjs");
  const { status, stderr } = spawnSync(process.execPath, [file, "restore"], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /is not set up \(.*main.js is missing\): run "npm run setup" first/);
});

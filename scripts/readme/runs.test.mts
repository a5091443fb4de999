import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { modules } from "../setup/places.mjs";
import { root, runtimeFolder } from "../setup/process.mjs";

/*
 * The README from top to bottom: every fenced line is run, with less to compute, or stands below with the reason why it is not.
 */
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));
const snippets = blocks.filter(({ language }) => language === "ts").map(({ text }) => text);
const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.replace(/ +#.*/, ""))
    .filter(Boolean);
const commands = blocks.filter(({ language }) => language === "bash").flatMap(({ text }) => linesOf(text));

mkdirSync(runtimeFolder, { recursive: true });
// Inside the project, as a reader is who has just set it up: what lies there finds the library by its name.
const folder = mkdtempSync(join(runtimeFolder, "readme-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "package.json"), readFileSync(join(root, "package.json")));

function run(words: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } });
}

/** A photo of the project, small and noisy. */
async function writeNoisy(file: string): Promise<void> {
  const photo = join(root, "data", "photos", "tune", "camera.png");
  mkdirSync(join(file, ".."), { recursive: true });
  const { data, info } = await sharp(photo)
    .resize(64, 64)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  // Of a spread of about 25, the same each time.
  const noisy = data.map((value, i) => Math.min(255, Math.max(0, value + 60 * (((i * 7919) % 101) / 101 - 0.5) * 1.4)));
  await sharp(noisy, { raw: { width: info.width, height: info.height, channels: info.channels as 3 } })
    .png()
    .toFile(file);
}

/** What is left of the work of a snippet: text of it, and what stands there instead. */
const lessWork: [text: string, less: string][] = [
  ["iterations: 1200", "iterations: 3"],
  [", 64)", ", 32)"],
  ["size: [64, 64]", "size: [32, 32]"],
  [
    "  whole: true, // every pixel was measured: denoising\n}",
    "  whole: true,\n}, { effort: 'fast', iterations: 1, adaptations: 1 }",
  ],
  ["iteration <= 100", "iteration <= 5"],
];

test("each snippet is TypeScript that a file may hold as it stands", () => {
  assert.ok(snippets.length >= 4);
  for (const [i, text] of snippets.entries()) writeFileSync(join(folder, `snippet${i}.ts`), text);
  const config = { extends: "../../tsconfig.json", compilerOptions: { noEmit: true }, include: ["snippet*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiled = run([join(modules, "typescript", "bin", "tsc"), "-p", "."]);
  assert.equal(compiled.status, 0, compiled.stdout);
});

test("each snippet runs", async () => {
  for (const name of ["noisy.png", "clean.png"]) await writeNoisy(join(folder, name));
  const used = new Set<string>();
  for (const [i, text] of snippets.entries()) {
    const file = join(folder, `less${i}.ts`);
    let less = text;
    for (const [from, to] of lessWork) {
      if (less.includes(from)) used.add(from);
      less = less.replaceAll(from, to);
    }
    writeFileSync(file, less);
    const { status, stderr } = run(["--import", "tsx", file], { DDPM_DIP_RESULTS: join(folder, "results") });
    assert.equal(status, 0, `${less}\n${stderr}`);
  }
  assert.deepEqual(
    [...used],
    lessWork.map(([from]) => from),
    "what was to be made less is gone from README.md",
  );
  assert.deepEqual(readdirSync(join(folder, "results", "loose")).length, 2);
  const { width } = await sharp(join(folder, "restored.png")).metadata();
  assert.equal(width, 32);
});

const notRun: Record<string, string> = {
  "npm start": "runs all notebooks; .ci/run does so in the smoke profile",
  "npm test": "is what runs this",
};
const quick = ["--size", "32", "--iterations", "1"];

test("each command of the README runs, one after the other in one folder", async () => {
  await writeNoisy(join(folder, "photos", "a.png"));
  mkdirSync(join(folder, "masks"));
  const mask = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 40 ? 255 : 0));
  await sharp(mask, { raw: { width: 64, height: 64, channels: 1 } })
    .png()
    .toFile(join(folder, "masks", "a.png"));
  for (const line of commands.filter((one) => !(one in notRun))) {
    const [, words = ""] =
      /^npm run photos -- (.*)$/.exec(line) ?? assert.fail(`neither run nor said why not: ${line}`);
    const given = words.split(" ");
    const less = given.includes("denoise") ? [...quick, "--adaptations", "1"] : quick;
    const photos = join(root, "scripts", "photos.mjs");
    const { status, stdout, stderr } = run([photos, ...given, ...less], { INIT_CWD: folder });
    assert.equal(status, 0, `${line}: ${stdout}${stderr}`);
    const out = join(folder, given.at(-1) as string);
    assert.ok(existsSync(join(out, "a.png")), line);
  }
  for (const line of Object.keys(notRun)) assert.ok(commands.includes(line), `${line} is not in README.md any more`);
});

test("each command that the text names is there, and knows the options that it is given", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/`(npm (?:run )?([\w-]+)(?: -- ([^`]*))?)`/g)];
  assert.ok(named.length > 15);
  const helps = new Map<string, string>();
  for (const [, line = "", name = "", words = ""] of named) {
    const script = scripts[name];
    assert.ok(script, line);
    const options = words.match(/--[\w-]+/g) ?? [];
    // biome answers for itself, and JupyterLab, with which lab begins, takes any word.
    if (options.length === 0 || !script.startsWith("node ")) continue;
    if (!helps.has(name)) helps.set(name, run([join(root, script.slice(5)), "--help"]).stdout);
    for (const option of options) assert.match(helps.get(name) ?? "", new RegExp(`${option}\\b`), line);
  }
  assert.doesNotMatch(readme, /npx ddpm-dip/);
});

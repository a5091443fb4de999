import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { modules, notebookNames, testFiles } from "../setup/places.mjs";
import { root, runtimeFolder } from "../setup/process.mjs";
import { runNode, temporaryFolder } from "../test/helpers.mjs";
import { fillMarks } from "./markdown.mjs";
import { renderTexts } from "./renew.mjs";

/*
 * The README from top to bottom: every fenced line is run, with less to compute, or stands below with the reason why it is not.
 */
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text as string);
const snippets = blocks("ts");
const commands = blocks("bash")
  .flatMap((text) => text.split("\n"))
  .map((line) => line.replace(/ +#.*/, ""))
  .filter(Boolean);
/** Those that the text names between backticks. */
const named = [...readme.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`(np[mx] [^`…]+)[^`]*`/g)].map(([, text]) =>
  (text as string).trim(),
);

mkdirSync(runtimeFolder, { recursive: true });
// Inside the project, as a reader is who has just set it up: what lies there finds the library by its name.
const folder = temporaryFolder(runtimeFolder);
writeFileSync(join(folder, "package.json"), readFileSync(join(root, "package.json")));

test("every command is there, answers --help before any work, and knows the words that the README gives it", () => {
  const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as Record<string, string>;
  const given = new Map<string, string[]>();
  for (const command of [...commands, ...named]) {
    const [, run, short, words = ""] = /^npm (?:run ([\w-]+)|(start|test))(?: -- (.+))?$/.exec(command) ?? [];
    const script =
      run ?? short ?? assert.fail(`README.md: "${command}" is no command that this test knows how to check`);
    assert.ok(scripts[script], `README.md: package.json has no script "${script}"`);
    given.set(script, [...(given.get(script) ?? []), ...words.split(" ")]);
  }
  assert.ok(given.has("start") && given.has("test") && given.size > 12);
  for (const [script, words] of given) {
    // The words of npm run photos beside its options are files, those of npm test parts of file names.
    const ofPhotos = script === "photos";
    const asked = ["run", "--silent", script, "--", ...(ofPhotos ? ["restore"] : []), "--help"];
    const { status, stdout, stderr } = spawnSync("npm", asked, { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, `npm run ${script} -- --help: ${stderr}`);
    const help = stdout + stderr;
    assert.match(help, /usage/i, `npm run ${script} -- --help says nothing`);
    const known = script === "test" ? testFiles().join("\n") : help;
    for (const word of words.filter((one) => !ofPhotos || one.startsWith("--"))) {
      assert.ok(known.includes(word), `npm run ${script}: README.md gives it ${word}`);
    }
  }
});

test("no command asks a registry for a package of this name, and none of the packages can be published", () => {
  assert.doesNotMatch(readme, /npx |npm exec/);
  for (const folder of ["", "lib", join("notebooks", "experiments")]) {
    assert.equal(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).private, true, folder);
  }
});

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
  const compiled = runNode([join(modules, "typescript", "bin", "tsc"), "-p", folder]);
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
    const env = { DDPM_DIP_RESULTS: join(folder, "results") };
    const { status, stderr } = runNode(["--import", "tsx", file], { cwd: folder, env });
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
    const { status, stdout, stderr } = runNode([photos, ...given, ...less], {
      cwd: folder,
      env: { INIT_CWD: folder },
    });
    assert.equal(status, 0, `${line}: ${stdout}${stderr}`);
    const out = join(folder, given.at(-1) as string);
    assert.ok(existsSync(join(out, "a.png")), line);
  }
  for (const line of Object.keys(notRun)) assert.ok(commands.includes(line), `${line} is not in README.md any more`);
});

/** What GitHub calls a heading's anchor. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#{1,6} (.+)$/gm)].map(([, text]) => text as string);
  const named = [...markdown.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id as string);
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
  return new Set([...headings.map(slug), ...named]);
}

test("links and pictures of the README and of environment.md lead to files and headings", () => {
  for (const name of ["README.md", "environment.md"]) {
    const text = readFileSync(join(root, name), "utf8").replace(/^```[\s\S]*?^```/gm, "");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
    assert.ok(links.length > 0);
    for (const link of links.filter((one) => !/^https?:/.test(one))) {
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? join(root, name) : join(root, dirname(name), path);
      assert.ok(existsSync(file), `${name} links to ${link}, which is not there`);
      if (anchor) assert.ok(anchorsOf(readFileSync(file, "utf8")).has(anchor), `${name}: ${link} has no such heading`);
    }
  }
});

test("the README names every notebook and every folder of the library", () => {
  for (const name of notebookNames())
    assert.ok(readme.includes(`](notebooks/${name})`), `README.md does not name ${name}`);
  const folders = readdirSync(join(root, "lib", "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders)
    assert.ok(readme.includes(`lib/src/${name}`), `README.md does not name lib/src/${name}`);
});

test("the table of results is the one that the exported tables give (npm run readme writes it)", () => {
  assert.equal(readme, renderTexts(root)["README.md"]);
  assert.notEqual(fillMarks(readme, "results", "other"), readme);
});

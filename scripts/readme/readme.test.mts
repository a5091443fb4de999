import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { filesIn } from "../setup/stamp.mjs";
import { fillMarks } from "./marks.mjs";
import { renderTexts } from "./renew.mjs";

const root = resolve(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text as string);

/** Every npm or npx command that a bash block or an inline code names, without its comment. */
const commands = [
  ...blocks("bash").flatMap((text) => text.split("\n")),
  ...[...readme.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`(np[mx] [^`…]+)[^`]*`/g)].map(
    ([, text]) => text as string,
  ),
]
  .map((line) => line.replace(/#.*/, "").trim())
  .filter((line) => line !== "");

const isOfPhotos = (command: string) => command.startsWith("npm run photos ");

/** The script of an npm command and the words that it is given. */
function partsOf(command: string): { script: string; words: string[] } {
  const parts = /^npm (?:run ([\w-]+)|(start|test))(?: -- (.+))?$/.exec(command);
  assert.ok(parts, `README.md: "${command}" is no command that this test knows how to check`);
  return { script: (parts[1] ?? parts[2]) as string, words: parts[3]?.split(" ") ?? [] };
}

test("every command is there, answers --help, and knows the options that the README gives it", () => {
  const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as Record<string, string>;
  const called = new Map<string, Set<string>>();
  for (const { script, words } of commands.filter((command) => !isOfPhotos(command)).map(partsOf)) {
    assert.ok(scripts[script], `README.md: package.json has no script "${script}"`);
    called.set(script, new Set([...(called.get(script) ?? []), ...words]));
  }
  assert.ok(called.has("start") && called.has("test"));
  for (const [script, words] of called) {
    const run = spawnSync("npm", ["run", "--silent", script, "--", "--help"], { cwd: root, encoding: "utf8" });
    assert.equal(run.status, 0, `npm run ${script} -- --help: ${run.stderr}`);
    const help = run.stdout + run.stderr;
    assert.match(help, /usage/i, `npm run ${script} -- --help says nothing`);
    // The words of npm test are parts of file names.
    const known = script === "test" ? testNames() : help;
    for (const word of words) assert.ok(known.includes(word), `npm run ${script}: README.md gives it ${word}`);
  }
});

test("no command asks a registry for a package of this name, and none of the packages can be published", () => {
  assert.doesNotMatch(readme, /npx |npm exec/);
  for (const folder of ["", "lib", join("notebooks", "experiments")]) {
    assert.equal(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).private, true, folder);
  }
});

test("the command line for photos of one's own knows its commands and the options that the README gives them", () => {
  const called = new Map<string, Set<string>>();
  for (const command of commands.filter(isOfPhotos)) {
    const [, name, words] = /^npm run photos -- (restore)(.*)$/.exec(command) ?? [];
    assert.ok(name, `README.md: "${command}" is no command that this test knows how to check`);
    const options = [...(words ?? "").matchAll(/--[\w-]+/g)].map(([option]) => option);
    called.set(name, new Set([...(called.get(name) ?? []), ...options]));
  }
  assert.deepEqual([...called.keys()], ["restore"]);
  for (const [name, options] of called) {
    const run = spawnSync("npm", ["run", "--silent", "photos", "--", name, "--help"], { cwd: root, encoding: "utf8" });
    assert.equal(run.status, 0, `ddpm-dip ${name} --help: ${run.stderr}`);
    for (const option of options) {
      assert.ok(run.stdout.includes(option), `ddpm-dip ${name}: README.md gives it ${option}`);
    }
  }
});

function testNames(): string {
  return ["lib/test", "notebooks/experiments/test", "scripts"]
    .flatMap((folder) => filesIn(join(root, folder)))
    .filter((file) => /\.test\.m?ts$/.test(file))
    .join("\n");
}

test("every TypeScript example agrees with the library's types", () => {
  const examples = blocks("ts");
  assert.ok(examples.length >= 3);
  const files = new Map(examples.map((text, index) => [join(root, `readme-example-${index + 1}.mts`), text]));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(resolve(file)) || fileExists(file);
  host.readFile = (file) => files.get(resolve(file)) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = files.get(resolve(file));
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, options.target ?? 0);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const found = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName.replace(`${root}/`, "")}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  assert.deepEqual(found, []);
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
  const notebooks = readdirSync(join(root, "notebooks")).filter((name) => /^\d\d-.*\.ipynb$/.test(name));
  for (const name of notebooks) assert.ok(readme.includes(`](notebooks/${name})`), `README.md does not name ${name}`);
  const folders = readdirSync(join(root, "lib", "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders)
    assert.ok(readme.includes(`lib/src/${name}`), `README.md does not name lib/src/${name}`);
});

test("the table of results is the one that the exported tables give (npm run readme writes it)", () => {
  assert.equal(readme, renderTexts(root)["README.md"]);
  assert.notEqual(fillMarks(readme, "results", "other"), readme);
});

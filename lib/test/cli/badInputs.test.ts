import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../helpers";
import { runMain, writePhoto } from "./tinyRun";

/** Every file below a folder with its content. */
function contentsOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map(String).sort();
  const read = (path: string) => {
    const file = join(folder, path);
    if (!existsSync(file)) return "a link to nothing";
    return statSync(file).isFile() ? readFileSync(file, "base64") : "folder";
  };
  return Object.fromEntries(paths.map((path) => [path, read(path)]));
}

const denoise = ["-t", "denoise", "--sigma", "20"];
/** Words (below the folder of `layOut` where they hold a slash), and what is answered with exit code 2. */
const rows: [words: string[], message: RegExp][] = [
  [
    ["restore", "./photos/a.png", ...denoise, "-o", "./photos"],
    /photos.a.png is there and is no result of this command/,
  ],
  [["restore", "./photos/b.jpg", ...denoise, "-o", "./photos"], /photos.b.json is there and is no result/],
  [["restore", "./photos/a.png", ...denoise, "-o", "./page"], /page.index.html is there and is no result/],
  [["evaluate", "./photos/a.png", "-t", "denoise", "-o", "./tables"], /tables.table.csv is there and is no result/],
  [["restore", "./photos/a.png", ...denoise, "-o", "./linked"], /linked.a.png is there and is no result/],
  [["restore", "./photos", ...denoise, "-o", "./photos"], /holds no image outside of the results/],
  [["restore", "./photos/a.png", "./other/a.png", ...denoise, "-o", "./out"], /would both be called a/],
  [["restore", "./nested", ...denoise, "-o", "./out"], /a.json would be both a file and the folder of a.json.b.png/],
  [["restore", "./photos/a.png", ...denoise, "-o", "./notes.txt"], /notes.txt is no folder/],
  [["restore", "./photos/a.png", ...denoise, "-o", "./notes.txt/out"], /notes.txt is no folder/],
  [["restore", "./photos/a.png", ...denoise, "-o", `./${"x".repeat(300)}`], /ENAMETOOLONG/],
  [["restore", "./nowhere", ...denoise, "-o", "./out"], /nowhere: there is no such file or folder/],
  [["restore", "./notes.txt", ...denoise, "-o", "./out"], /got the ending ".txt", want one of/],
  [["restore", "./empty", ...denoise, "-o", "./out"], /no image in/],
  [
    ["restore", "./photos/a.png", "-t", "denoise", "--sigma", "0", "-o", "./out"],
    /--sigma: got 0, want a number above 0/,
  ],
  [
    ["restore", "./photos/a.png", "-t", "denoise", "--sigma", "300", "-o", "./out"],
    /--sigma: got 300, want grey values/,
  ],
  [["restore", "./photos/a.png", "-t", "inpaint", "-o", "./out"], /--mask: got none/],
  [["restore", "./photos/a.png", "-t", "inpaint", "--mask", "./empty", "-o", "./out"], /holds no mask for a/],
  [["restore", "./photos/a.png", "-t", "inpaint", "--mask", "./notes.txt", "-o", "./out"], /--mask .*notes.txt/],
  [["restore", "./photos/a.png", ...denoise, "--tile", "1.5", "-o", "./out"], /--tile: got 1.5, want a whole number/],
  [["restore", "./photos/a.png", ...denoise, "--seed", "-1", "-o", "./out"], /--seed: got -1, want a whole number/],
  [["restore", "./photos/a.png", ...denoise, "--prior", "nobody", "-o", "./out"], /there is no prior "nobody"/],
  [["restore", "./photos/a.png", ...denoise], /required option '-o, --out <folder>' not specified/],
  [["evaluate", "./photos/a.png", "-t", "inpaint", "--keep", "0", "-o", "./out"], /--keep: got 0, want a share/],
];

test("what cannot be done is refused with exit code 2 and its reason, and nothing is written", async () => {
  const folder = temporaryFolder();
  for (const name of ["photos", "other", "page", "tables", "linked", "empty", join("nested", "a.json")]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  for (const name of ["photos/a.png", "photos/b.jpg", "other/a.png", "nested/a.png", "nested/a.json/b.png"]) {
    await writePhoto(folder, name);
  }
  for (const name of ["photos/b.json", "page/index.html", "tables/table.csv", "notes.txt"]) {
    writeFileSync(join(folder, name), "mine");
  }
  symlinkSync("nowhere", join(folder, "linked", "a.png"));
  const before = contentsOf(folder);
  for (const [words, message] of rows) {
    const placed = words.map((word) => (word.startsWith("./") ? join(folder, word) : word));
    const { code, stderr, stdout } = await runMain(placed);
    assert.equal(code, 2, `${words.join(" ")}: ${stderr}`);
    assert.match(stderr, message);
    assert.equal(stdout, "");
    assert.deepEqual(contentsOf(folder), before, words.join(" "));
  }
});

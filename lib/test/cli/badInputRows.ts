import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { seal } from "../../src/cli/sealed";
import { createUnet, saveDdpm } from "../../src/ddpm";
import { tf, writeCheckpoint } from "../../src/runtime";
import { tinyNetwork } from "../tinyCheckpoint";
import { writePhoto } from "./tinyRun";

/** Words, below the folder of `layOut` where they begin with "./", what is answered, and variables, whose values are such words too. */
export type BadRow = [words: string[], message: RegExp, env?: Record<string, string>];

const out = ["-o", "./out"];
const denoise = ["-t", "denoise", "--sigma", "20"];
const photo = ["restore", "./photos/a.png"];
const usage = (words: string[], message: RegExp): BadRow => [[...words, ...out], message];
/** Values of an option of denoising that are refused alike. */
const refused = (option: string, values: string[], message: (value: string) => string): BadRow[] =>
  values.map((value) => usage([...photo, ...denoise, option, value], new RegExp(message(value))));
const noNumber = (option: string) => (value: string) => `${option} <n>' argument '${value}' is invalid. want a number`;
const whole = (option: string, range: string) => (value: string) =>
  `${option}: got ${Number(value)}, want a whole number from ${range}$`;

const words: BadRow[] = [
  [[], /Usage: ddpm-dip \[options\] \[command\]/],
  [["repair"], /unknown command 'repair'/],
  [["evaluate"], /unknown command 'evaluate'/],
  [["restore"], /required option '-t, --task <task>' not specified/],
  [["restore", ...denoise, ...out], /missing required argument 'paths'/],
  [[...photo, ...denoise], /required option '-o, --out <folder>' not specified/],
  [[...photo, "-t"], /option '-t, --task <task>' argument missing/],
  [[...photo, ...denoise, ...out, "--tile"], /option '--tile <n>' argument missing/],
  usage([...photo, "-t", "sharpen"], /'sharpen' is invalid. Allowed choices are denoise, inpaint, super-resolve/),
  usage([...photo, ...denoise, "--colour"], /unknown option '--colour'/),
  usage([...photo, ...denoise, "--json=yes"], /unknown option '--json=yes'/),
  usage([...photo, ...denoise, "--keep", "0.5"], /unknown option '--keep'/),
  [["--version"], /unknown option '--version'/],
  [["--json"], /unknown option '--json'/],
  [["Restore", "./photos"], /unknown command 'Restore'/],
  ...["", "Denoise", "inpainting", "denoise,inpaint", "denoise "].map((task) =>
    usage([...photo, "-t", task], new RegExp(`argument '${task}' is invalid. Allowed choices are denoise`)),
  ),
  ...["--fast=yes", "--thorough=1", "--fresh=no", "-x", "--Sigma=3"].map((word) =>
    usage([...photo, ...denoise, word], new RegExp(`unknown option '${word}'`)),
  ),
  usage([...photo, ...denoise, "--\x1b[31m"], /unknown option '--\\u001b\[31m'/),
  usage([...photo, ...denoise, "--fast", "--thorough"], /--fast and --thorough: want one of them/),
];

const numbers: BadRow[] = [
  ...refused(
    "--iterations",
    ["-1", "1.5", "100001", "1e9", "-0.5", "100000.5", "1e6"],
    whole("--iterations", "0 to 100000"),
  ),
  ...refused("--iterations", ["abc", " ", "", "many", "1e999"], noNumber("--iterations")),
  ...refused("--adaptations", ["-1", "0.5", "10001", "10000.5", "1e5"], whole("--adaptations", "0 to 10000")),
  ...refused("--adaptations", ["ten", "", "1e999"], noNumber("--adaptations")),
  ...refused("--seed", ["-1", "1.5", "2147483648", "1e10", "-0.1"], whole("--seed", "0 to 2147483647")),
  ...refused("--seed", ["0x", "1,5", "NaN", "", "abc", "-Infinity"], noNumber("--seed")),
  ...refused("--size", ["31", "0", "-64", "64.5", "100001", "16", "1", "1e6"], whole("--size", "32 to 100000")),
  ...refused("--size", ["large", "", "64px", "Infinity"], noNumber("--size")),
  ...refused("--tile", ["63", "4097", "100.5", "0", "64.5", "-256", "1e5"], whole("--tile", "64 to 4096")),
  ...refused("--tile", ["1e999", "", "big"], noNumber("--tile")),
  ...refused("--overlap", ["-1", "2049", "1.5", "0.5", "-0.5", "4000"], whole("--overlap", "0 to 2048")),
  ...refused("--overlap", ["129"], () => "--overlap: got 129, want at most half of a tile of 256"),
  ...refused("--overlap", ["Infinity", "", "some"], noNumber("--overlap")),
  ...refused(
    "--sigma",
    ["-1", "256", "-0.001", "256.1", "1000"],
    (value) => `--sigma: got ${value}, want grey values from 0 to 255`,
  ),
  ...refused("--sigma", ["0", "1e-400"], () => "--sigma: got 0, want a number above 0 for denoising"),
  ...refused("--sigma", ["nan", "1/2", "", "25%", "σ"], noNumber("--sigma")),
  ...refused(
    "--factor",
    ["3", "1", "2.5", "-2", "0", "8", "1000000000", "-4"],
    (value) => `--factor: got ${value}, want 2 or 4`,
  ),
  ...refused("--factor", ["twice", "", "x2"], noNumber("--factor")),
  usage(
    [...photo, ...denoise, "--tile", "64", "--overlap", "33"],
    /--overlap: got 33, want at most half of a tile of 64/,
  ),
  usage(
    [...photo, "-t", "super-resolve", "--tile", "64", "--overlap", "32"],
    /--tile: got 64, want at least 64 more than the overlap of 32/,
  ),
  usage(
    [...photo, "-t", "super-resolve", "--factor", "4", "--tile", "120", "--overlap", "8"],
    /--tile: got 120, want at least 128 more than the overlap of 8/,
  ),
  usage([...photo, "-t", "super-resolve", "--sigma", "-1"], /--sigma: got -1, want grey values/),
];

const priors: BadRow[] = [
  ...[
    ...["nobody", "", "tiny,", "tiny,,tiny", ",", "./photos/a.png", "TINY ", "bsd", "bsd-wide", "../checkpoints/none"],
    ...["constructor", "toString", "__proto__", "hasOwnProperty"],
  ].map((name) =>
    usage(
      [...photo, ...denoise, "--prior", name],
      /--prior: there is no prior ".*": want photos, bsd, bsd-wide, ffdnet or the name/,
    ),
  ),
  usage(
    [...photo, ...denoise, "--prior", "ffdnet"],
    /--prior: there is no checkpoint "ffdnet" \(.*ffdnet.safetensors\)/,
  ),
  usage([...photo, ...denoise, "--prior", "tiny,cut"], /cut.safetensors is damaged: the header claims \d+ bytes/),
  usage([...photo, ...denoise, "--prior", "other"], /other.safetensors holds no DDPM/),
];

const paths: BadRow[] = [
  ...(
    [
      ["", /: there is no such file or folder/],
      ["./nowhere", /nowhere: there is no such file or folder/],
      ["./photos/a\0.png", /there is no such file or folder/],
      ["./broken.png", /broken.png: there is no such file or folder/],
      ["./pipe.png", /pipe.png: is no regular file/],
      ["/dev/null", /dev.null: got the ending "", want one of \.png/],
      ["./notes.txt", /got the ending ".txt", want one of/],
      ["./empty", /no image in .*empty: want files ending in/],
      ["./folder.png", /no image in .*folder.png: want files ending in/],
      ["./links", /no image in .*; skipped .*b.png: is not there: a broken link/],
      ["./photos/a.png/", /there is no such file or folder/],
      ["./photos/b.json", /got the ending ".json", want one of/],
      ["./circle.png", /circle.png: there is no such file or folder/],
      ["./hidden", /no image in .*; skipped .*\.a.png: hidden/],
      ["./mac", /no image in .*; skipped .*__MACOSX: resource files of macOS/],
      ["./named", /no image in .*; skipped .*a.png: a folder named like a photo/],
      ["./latin1", /no image in .*; skipped .*: is not there: .* not UTF-8/],
      ["./red\x1b[31m.txt", /red\\u001b\[31m.txt: got the ending ".txt"/],
      ["./two\nlines.png", /two\\u000alines.png: there is no such file or folder$/],
      ["./back\rward\u202e.png", /back\\u000dward\\u202e.png: there is no such file or folder$/],
      ["./strangers", /no image in .*; skipped .*a.heic: HEIC is not read: convert it first/],
    ] as [string, RegExp][]
  ).map(([path, message]) => usage(["restore", path, ...denoise], message)),
  usage(["restore", "./photos", "./nowhere", ...denoise], /nowhere: there is no such file or folder/),
  usage(["restore", "./photos/a.png", "./other/a.png", ...denoise], /would both be called a/),
];

const places: BadRow[] = [
  ...(
    [
      ["", /'-o, --out <folder>' argument '' is invalid. want a file or folder/],
      ["./photos", /photos.a.png is there and is no result of this command/],
      ["./page", /page.index.html is there and is no result/],
      ["./linked", /linked.a.png is there and is no result/],
      ["./notes.txt", /notes.txt is no folder/],
      ["./notes.txt/out", /notes.txt is no folder/],
      ["./photos/a.png", /a.png is no folder/],
      ["./pipe.png", /pipe.png is no folder/],
      ["/dev/null/x", /dev.null is no folder/],
      ["./listed/number", /list.json is damaged \(its content does not match its digest\)/],
      ["./listed/list", /list.json is damaged \(its content does not match its digest\)/],
      ["./broken.png", /broken.png: ENOENT/],
      [`./${"x".repeat(300)}`, /ENAMETOOLONG/],
      ["./out\0", /without null bytes/],
      ["/dev/null", /dev.null is no folder/],
      ["./state", /EEXIST|is no folder/],
      ["./listed/text", /list.json is damaged \(it is no JSON document\)/],
      ["./listed/empty", /list.json is damaged \(it is no JSON document\)/],
      ["./listed/null", /list.json is damaged \(its content does not match its digest\)/],
      ["./listed/digest", /list.json is damaged \(its content does not match its digest\)/],
      ["./listed/shape", /list.json is damaged \(photos: Invalid input/],
      ["./listed/folder", /cannot be read: EISDIR/],
      ["./listed/other", /holds the results of another command \(.*\), which are kept: want another folder/],
    ] as [string, RegExp][]
  ).map(([place, message]): BadRow => [[...photo, ...denoise, "-o", place], message]),
  [["restore", "./photos/b.jpg", ...denoise, "-o", "./photos"], /photos.b.json is there and is no result/],
  [["restore", "./photos", ...denoise, "-o", "./photos"], /holds no image outside of the results/],
];

const masks: BadRow[] = [
  ...(
    [
      ["", /'--mask <path>' argument '' is invalid. want a file or folder/],
      ["./nowhere", /--mask .*nowhere: there is no such file or folder/],
      ["./broken.png", /--mask .*broken.png: there is no such file or folder/],
      ["./pipe.png", /--mask .*pipe.png: is no regular file/],
      ["./piped", /--mask .*piped.a.png: is no regular file/],
      ["./empty", /--mask .*holds no mask for a, such as .*a.png/],
      ["./masks/small.png", /small.png is 16x16, want 32x32 as the photo/],
      ["./sized", /sized.a.png is 31x31, want 32x32 as the photo/],
      ["./masks/white.png", /white.png leaves nothing to fill in: dark pixels are filled in/],
      ["./masks/black.png", /black.png knows no pixel: light pixels are known/],
      ["./masks/damaged.png", /cannot read the image .*damaged.png: /],
      ["./masks/drawing.png", /drawing.png: it is an SVG drawing, want PNG/],
      ["./masks/moving.png", /moving.png: it is a GIF, want PNG/],
      ["./masks/text.png", /text.png: unsupported image format, want PNG/],
      ["./notes.txt", /notes.txt: unsupported image format, want PNG/],
      ["/dev/null", /--mask .*dev.null: is no regular file/],
      ["./masks/nothing.png", /nothing.png: it is empty/],
      ["./masks/page.png", /page.png: it is a PDF, want PNG/],
      ["./masks/layers.png", /layers.png: it is a Photoshop file \(PSD\), want PNG/],
      ["./masks/bitmap.png", /bitmap.png: it is a BMP, want PNG/],
    ] as [string, RegExp][]
  ).map(([mask, message]) => usage([...photo, "-t", "inpaint", "--mask", mask], message)),
  usage([...photo, "-t", "inpaint"], /--mask: got none, inpaint needs one/),
  usage([...photo, ...denoise, "--mask", "./masks/a.png"], /--mask: got one for denoise, it is for inpaint/),
  usage([...photo, "-t", "super-resolve", "--mask", "./masks/a.png"], /--mask: got one for super-resolve/),
];

const variables: BadRow[] = ["./nowhere", "./notes.txt", "./empty", "./photos"].map((place) => [
  [...photo, ...denoise, "--prior", "tiny", ...out],
  new RegExp(`there is no prior "tiny": want .* or the name of a DDPM's checkpoint in .*${place.slice(2)}$`),
  { DDPM_DIP_CHECKPOINTS: place },
]);

/** By what is wrong. Each ends with exit code 2 and writes nothing. */
export const badRows = { words, numbers, priors, paths, places, masks, variables };

/** Writes what the rows name. @returns the folder of checkpoints. */
export async function layOut(folder: string): Promise<string> {
  const place = (name: string, content: string | Uint8Array = "mine") => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  for (const name of ["empty", "folder.png", "links", "piped"]) mkdirSync(join(folder, name));
  for (const name of ["photos/b.json", "page/index.html", "notes.txt", "strangers/a.heic"]) place(name);
  for (const name of ["hidden/.a.png", "mac/__MACOSX/a.png", "named/a.png/b.txt", "red\x1b[31m.txt"]) place(name);
  mkdirSync(join(folder, "latin1"));
  writeFileSync(
    Buffer.concat([Buffer.from(join(folder, "latin1", "a")), Buffer.of(0xe4), Buffer.from(".png")]),
    "mine",
  );
  symlinkSync("circle.png", join(folder, "circle.png"));
  for (const name of ["photos/a.png", "photos/b.jpg", "other/a.png"]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    await writePhoto(folder, name);
  }
  mkdirSync(join(folder, "linked"));
  for (const name of ["broken.png", "linked/a.png", "links/b.png"]) symlinkSync("nowhere", join(folder, name));
  for (const name of ["pipe.png", "piped/a.png"]) spawnSync("mkfifo", [join(folder, name)]);
  const draw = async (name: string, side: number, value: (i: number) => number) => {
    const raw = { width: side, height: side, channels: 1 as const };
    return place(
      name,
      await sharp(
        Uint8Array.from({ length: side ** 2 }, (_, i) => value(i)),
        { raw },
      )
        .png()
        .toBuffer(),
    );
  };
  const half = await draw("masks/a.png", 32, (i) => 255 * (i % 2));
  await draw("masks/small.png", 16, (i) => 255 * (i % 2));
  await draw("sized/a.png", 31, (i) => 255 * (i % 2));
  await draw("masks/white.png", 32, () => 255);
  await draw("masks/black.png", 32, () => 0);
  place("masks/damaged.png", readFileSync(half).subarray(0, 60));
  place("masks/drawing.png", '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"/>');
  place("masks/moving.png", "GIF89a");
  place("masks/text.png", "hello");
  const others = { nothing: "", page: "%PDF-1.7", layers: "8BPS\0\x01", bitmap: "BM\x46\0\0\0" };
  for (const [name, content] of Object.entries(others)) place(`masks/${name}.png`, content);
  const list = { id: "i", command: { command: "restore" }, photos: [], shared: {}, round: "r", fresh: false };
  const lists = {
    text: "{",
    empty: "",
    null: "null",
    number: "7",
    list: "[]",
    digest: seal(list).replace("restore", "repair"),
  };
  for (const [name, text] of Object.entries({ ...lists, shape: seal({ ...list, photos: 1 }), other: seal(list) })) {
    place(`listed/${name}/.ddpm-dip/list.json`, text);
  }
  mkdirSync(join(folder, "listed/folder/.ddpm-dip/list.json"), { recursive: true });
  place("state/.ddpm-dip");
  await writeCheckpoints(join(folder, "checkpoints"), place);
  return join(folder, "checkpoints");
}

async function writeCheckpoints(folder: string, place: (name: string, content: string | Uint8Array) => string) {
  mkdirSync(folder);
  const network = createUnet(tinyNetwork, 1);
  const schedule = { kind: "linear" as const, steps: 1000 };
  await saveDdpm(join(folder, "tiny.safetensors"), network.parameters, { network: tinyNetwork, schedule });
  place("checkpoints/cut.safetensors", readFileSync(join(folder, "tiny.safetensors")).subarray(0, 5000));
  const a = tf.scalar(1);
  await writeCheckpoint(join(folder, "other.safetensors"), { tensors: { a }, metadata: {} });
  tf.dispose(a);
  network.dispose();
}

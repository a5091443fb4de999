import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { seal } from "../../src/cli/sealed";
import { createUnet, saveDdpm } from "../../src/ddpm";
import { tf, writeCheckpoint } from "../../src/runtime";
import { tinyNetwork } from "../tinyCheckpoint";
import { writePhoto } from "./tinyRun";

/** Words, below the folder of `layOut` where they begin with "./", and what is answered. */
export type BadRow = [words: string[], message: RegExp];

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
  usage([...photo, ...denoise, "--fast", "--thorough"], /--fast and --thorough: want one of them/),
];

const numbers: BadRow[] = [
  ...refused("--iterations", ["-1", "1.5", "100001", "1e9"], whole("--iterations", "0 to 100000")),
  ...refused("--iterations", ["abc", " ", ""], noNumber("--iterations")),
  ...refused("--adaptations", ["-1", "0.5", "10001"], whole("--adaptations", "0 to 10000")),
  ...refused("--adaptations", ["ten"], noNumber("--adaptations")),
  ...refused("--seed", ["-1", "1.5", "2147483648"], whole("--seed", "0 to 2147483647")),
  ...refused("--seed", ["0x", "1,5", "NaN"], noNumber("--seed")),
  ...refused("--size", ["31", "0", "-64", "64.5", "100001"], whole("--size", "32 to 100000")),
  ...refused("--size", ["large"], noNumber("--size")),
  ...refused("--tile", ["63", "4097", "100.5", "0"], whole("--tile", "64 to 4096")),
  ...refused("--tile", ["1e999"], noNumber("--tile")),
  ...refused("--overlap", ["-1", "2049", "1.5"], whole("--overlap", "0 to 2048")),
  ...refused("--overlap", ["129"], () => "--overlap: got 129, want at most half of a tile of 256"),
  ...refused("--overlap", ["Infinity"], noNumber("--overlap")),
  ...refused("--sigma", ["-1", "256"], (value) => `--sigma: got ${value}, want grey values from 0 to 255`),
  ...refused("--sigma", ["0", "1e-400"], () => "--sigma: got 0, want a number above 0 for denoising"),
  ...refused("--sigma", ["nan", "1/2"], noNumber("--sigma")),
  ...refused("--factor", ["3", "1", "2.5", "-2"], (value) => `--factor: got ${value}, want 2 or 4`),
  ...refused("--factor", ["twice"], noNumber("--factor")),
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
  usage([...photo, "-t", "super-resolve", "--iterations", "0"], /--iterations: got 0, want a whole number from 1/),
];

const priors: BadRow[] = [
  ...["nobody", "", "tiny,", "tiny,,tiny", ",", "./photos/a.png", "TINY "].map((name) =>
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
  usage([...photo, ...denoise, "--prior", "empty"], /empty.safetensors is damaged: 0 bytes, a header needs at least 8/),
  usage([...photo, ...denoise, "--prior", "strange"], /strange.safetensors is damaged: tensor ".*" holds NaN at 0/),
  usage(
    [...photo, ...denoise, "--prior", "lacks"],
    /lacks.safetensors is damaged: "time.0.weight" is missing, want \[/,
  ),
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
      ["./links", /no image in .*; skipped .*b.png: a link to what is not there/],
      ["./strangers", /no image in .*; skipped .*a.heic: HEIC is not read: convert it first/],
    ] as [string, RegExp][]
  ).map(([path, message]) => usage(["restore", path, ...denoise], message)),
  usage(["restore", "./photos", "./nowhere", ...denoise], /nowhere: there is no such file or folder/),
  usage(["restore", "./photos/a.png", "./other/a.png", ...denoise], /would both be called a/),
  usage(["restore", "./nested", ...denoise], /a.json would be both a file and the folder of a.json.b.png/),
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
      ["./broken.png", /broken.png: ENOENT/],
      [`./${"x".repeat(300)}`, /ENAMETOOLONG/],
      ["./out\0", /without null bytes/],
      ["/dev/null", /dev.null is no folder/],
      ["/proc/nowhere", /cannot be written to: ENOENT/],
      ["./state", /cannot be written to: EEXIST|is no folder/],
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
      ["./masks/small.png", /small.png: is 16x16, want 32x32 as the photo a/],
      ["./sized", /sized.a.png: is 31x31, want 32x32 as the photo a/],
      ["./masks/white.png", /white.png leaves nothing to fill in: dark pixels are filled in/],
      ["./masks/black.png", /black.png knows no pixel: light pixels are known/],
      ["./masks/damaged.png", /cannot read the image .*damaged.png: /],
      ["./masks/drawing.png", /drawing.png: it is an SVG drawing, want PNG/],
      ["./masks/moving.png", /moving.png: it is a GIF, want PNG/],
      ["./masks/text.png", /text.png: unsupported image format, want PNG/],
      ["./notes.txt", /notes.txt: unsupported image format, want PNG/],
    ] as [string, RegExp][]
  ).map(([mask, message]) => usage([...photo, "-t", "inpaint", "--mask", mask], message)),
  usage([...photo, "-t", "inpaint"], /--mask: got none, inpaint needs one/),
  usage([...photo, ...denoise, "--mask", "./masks/a.png"], /--mask: got one for denoise, it is for inpaint/),
  usage([...photo, "-t", "super-resolve", "--mask", "./masks/a.png"], /--mask: got one for super-resolve/),
  usage(
    [...photo, "-t", "inpaint", "--mask", "./masks/a.png", "--iterations", "0"],
    /--iterations: got 0, want .* from 1/,
  ),
];

/** By what is wrong. Each ends with exit code 2 and writes nothing. */
export const badRows = { words, numbers, priors, paths, places, masks };

/** Writes what the rows name. @returns the folder of checkpoints. */
export async function layOut(folder: string): Promise<string> {
  const place = (name: string, content: string | Uint8Array = "mine") => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  for (const name of ["empty", "folder.png", "links", "piped"]) mkdirSync(join(folder, name));
  for (const name of ["photos/b.json", "page/index.html", "notes.txt", "strangers/a.heic"]) place(name);
  for (const name of ["photos/a.png", "photos/b.jpg", "other/a.png", "nested/a.png", "nested/a.json/b.png"]) {
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
  const list = { id: "i", command: { command: "restore" }, photos: [], shared: {}, round: "r", fresh: false };
  const lists = { text: "{", empty: "", null: "null", digest: seal(list).replace("restore", "repair") };
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
  const description = { network: tinyNetwork, schedule: { kind: "linear" as const, steps: 1000 } };
  const save = (name: string, weights = network.parameters) =>
    saveDdpm(join(folder, `${name}.safetensors`), weights, description);
  const { "time.0.weight": first, ...rest } = network.parameters;
  const strange = tf.variable(tf.fill((first as tf.Tensor).shape, Number.NaN));
  await save("tiny");
  await save("lacks", rest);
  await save("strange", { ...network.parameters, "time.0.weight": strange });
  place("checkpoints/cut.safetensors", readFileSync(join(folder, "tiny.safetensors")).subarray(0, 5000));
  place("checkpoints/empty.safetensors", "");
  await writeCheckpoint(join(folder, "other.safetensors"), { tensors: { a: tf.scalar(1) }, metadata: {} });
  strange.dispose();
  network.dispose();
}

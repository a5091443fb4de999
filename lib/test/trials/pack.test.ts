import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { z } from "zod";
import {
  defineMethod,
  looseFile,
  openStore,
  type PackOptions,
  packTrials,
  readAllStored,
  type TrialRecord,
  trialKey,
  unpackTrials,
} from "../../src/trials";
import { decodeCurves, encodeCurves, roundResult } from "../../src/trials/rounding";
import { temporaryFolder } from "../helpers";

const schema = z.strictObject({ method: z.literal("packed"), value: z.int() });
type Spec = z.infer<typeof schema>;
defineMethod({
  ...{ name: "packed" as const, revision: 1, schema },
  run: async ({ value }: Spec) => ({ curves: {}, images: {}, metrics: { value } }),
});
const specOf = (value: number): Spec => ({ method: "packed", value });
const keyOf = (value: number) => trialKey(specOf(value));

async function drawPicture(shade: number): Promise<string> {
  const png = await sharp(Buffer.alloc(12 * 9 * 3, shade), { raw: { width: 12, height: 9, channels: 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

async function recordOf(value: number): Promise<TrialRecord<Spec>> {
  return {
    ...{
      key: keyOf(value),
      spec: specOf(value),
      costs: { seconds: 1.23456789, peakMiB: 12 },
      versions: { node: "v20" },
    },
    curves: {
      iteration: [0, 10, 20],
      psnr: [20.123456789, Number.NaN, 21 + value],
      secondsOwn: [0.0123456, 12.3456, 0],
    },
    metrics: { psnr: 25.12345678912, seconds: 1.23456789 },
    // The same for all, one of their own, and one that is not shown.
    images: {
      clean: await drawPicture(9),
      shown: await drawPicture(100 + value),
      hidden: await drawPicture(50 + value),
    },
    machine: { processor: "P", cores: 2, memoryGiB: 1, gpu: false },
    ...{ engine: "recorded", finishedAt: "2026-01-01T00:00:00.000Z" },
  };
}

/** Trials 1 and 2 are of the plan `a`, 3 is of `b`, others are of none. */
const plans = new Map([1, 2, 3].map((value) => [keyOf(value), value < 3 ? "a" : "b"]));
const options: PackOptions = { planOf: (key) => plans.get(key), isShown: (_, name) => name !== "hidden" };

async function pack(folder: string, changes: Partial<PackOptions> = {}) {
  const work = packTrials(folder, { ...options, ...changes });
  const steps: string[] = [];
  for (;;) {
    const { done, value } = await work.next();
    if (done) return { ...value, steps };
    steps.push(value);
  }
}

async function fill(values = [1, 2, 3, 4], folder = temporaryFolder()): Promise<string> {
  const store = openStore(folder);
  for (const value of values) await store.write(await recordOf(value));
  return folder;
}

/** The store's own files and what they hold. */
const filesOf = (folder: string) =>
  Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => /\.(jsonl|png)$/.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "base64")]),
  );

function readStore(folder: string, value: number) {
  const warnings: string[] = [];
  const record = openStore(folder, { onDamage: (message) => warnings.push(message) }).read(specOf(value));
  return { record, warning: warnings.join() };
}

const pixels = (source: string) =>
  sharp(Buffer.from(source.slice(22), "base64"))
    .raw()
    .toBuffer();

test("curves come back as they were rounded: times to 4 digits, other values to 6, what is not finite as NaN", () => {
  const random = Array.from({ length: 300 }, (_, i) => Math.sin(i * i) * 10 ** ((i % 13) - 6));
  const curves = {
    ...{ random, none: [], zero: [0, -0, 0], holes: [Number.NaN, 1.5, Number.POSITIVE_INFINITY, -2] },
    // Beyond what differences of whole numbers hold.
    ...{ wide: [1e-9, 123456.7, 1e12], tiny: [1.234567e-30, 1], seconds: [1.23456, 0.000123456] },
  };
  const { curves: rounded } = roundResult({ curves, metrics: {} });
  const read = decodeCurves(encodeCurves(rounded));
  assert.deepEqual(decodeCurves(encodeCurves({})), {});
  assert.deepEqual(read.holes, [Number.NaN, 1.5, Number.NaN, -2]);
  assert.deepEqual({ ...read, holes: [], zero: [] }, { ...rounded, holes: [], zero: [] });
  assert.deepEqual(read.seconds, [1.235, 0.0001235]);
  assert.deepEqual(
    read.random,
    random.map((value) => Number(value.toPrecision(6))),
  );
});

test("packed trials are sorted lines of the file of their plan, read as they were up to the rounding; one of no plan stays", async () => {
  const folder = await fill();
  const { packed, orphans, damaged } = await pack(folder);
  assert.deepEqual([packed, orphans, damaged], [3, 1, []]);
  const lines = readFileSync(join(folder, "a.jsonl"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).record.key),
    [keyOf(1), keyOf(2)].sort(),
  );
  assert.deepEqual(readdirSync(join(folder, "loose")), [`${keyOf(4)}.json`]);
  const own = await recordOf(3);
  const { record } = readStore(folder, 3);
  assert.ok(record);
  assert.deepEqual(record.curves, {
    ...{ iteration: [0, 10, 20], psnr: [20.1235, Number.NaN, 24], secondsOwn: [0.01235, 12.35, 0] },
  });
  assert.deepEqual(record.metrics, { psnr: 25.1234568, seconds: 1.235 });
  assert.deepEqual({ ...record, ...own, key: record.key }, { ...own, key: own.key });
  assert.deepEqual(
    [record.spec, record.costs, record.machine],
    [own.spec, { seconds: 1.23457, peakMiB: 12 }, own.machine],
  );
  assert.deepEqual(await pixels(record.images.shown as string), await pixels(own.images.shown as string));
  assert.deepEqual(
    [...readAllStored(folder)].map(({ key }) => key),
    [1, 2, 3, 4].map(keyOf).sort(),
  );
  // A picture for all and one of each.
  assert.equal(readdirSync(join(folder, "pictures")).length, 4);
});

test("a picture that was left out is no key, and is asked for with an error that says what to do; also after unpacking", async () => {
  const folder = await fill();
  await pack(folder);
  for (const step of [() => undefined, () => unpackTrials(folder)]) {
    await step();
    const { record } = readStore(folder, 1);
    assert.deepEqual(Object.keys(record?.images ?? {}), ["clean", "shown"]);
    assert.throws(() => record?.images.hidden, /the picture "hidden" of packed-\w+ was not kept .* DDPM_DIP_FRESH=1/);
    assert.equal(record?.images.other, undefined);
  }
});

test("unpacked trials are files again; packed anew they are the same bytes; an unknown plan is answered with those there are", async () => {
  const folder = await fill();
  await pack(folder);
  const files = filesOf(folder);
  await assert.rejects(unpackTrials(folder, "c"), /PLAN: got "c", packed are a, b/);
  assert.deepEqual(await unpackTrials(folder, "a"), { unpacked: 2, damaged: [] });
  assert.deepEqual(readdirSync(join(folder, "loose")).sort(), [1, 2, 4].map((value) => `${keyOf(value)}.json`).sort());
  assert.ok(!existsSync(join(folder, "a.jsonl")) && existsSync(join(folder, "b.jsonl")));
  assert.deepEqual((await unpackTrials(folder)).unpacked, 1);
  assert.deepEqual(filesOf(folder), {});
  await pack(folder);
  assert.deepEqual(filesOf(folder), files);
  assert.deepEqual((await pack(folder)).steps, ["the pictures are there", "the trials' own files are removed"]);
});

test("a loose trial wins over the packed one, takes its place, and its old pictures go", async () => {
  const folder = await fill();
  await pack(folder);
  const newer = { ...(await recordOf(1)), metrics: { psnr: 30 }, images: { shown: await drawPicture(7) } };
  await openStore(folder).write(newer);
  assert.equal(readStore(folder, 1).record?.metrics.psnr, 30);
  await pack(folder);
  assert.ok(!existsSync(looseFile(folder, keyOf(1))));
  assert.equal(readStore(folder, 1).record?.metrics.psnr, 30);
  assert.deepEqual(Object.keys(readStore(folder, 1).record?.images ?? {}), ["shown"]);
  assert.equal(readdirSync(join(folder, "pictures")).length, 4);
});

test("a damaged line is named with its file, number and key, counts as missing, and is replaced by the trial computed anew", async () => {
  const folder = await fill([1, 2, 3]);
  await pack(folder);
  const file = join(folder, "a.jsonl");
  const [first = "", second = ""] = readFileSync(file, "utf8").split("\n");
  const key = JSON.parse(first).record.key as string;
  const value = key === keyOf(1) ? 1 : 2;
  const damages = [
    first.slice(0, -20),
    first.replace('"psnr":25', '"psnr":26'),
    first.replace('"curves":"', '"curves":"A'),
  ];
  for (const damage of damages) {
    writeFileSync(file, `${damage}\n${second}\n`);
    const { record, warning } = readStore(folder, value);
    assert.equal(record, undefined);
    assert.match(
      warning,
      new RegExp(`the stored trial .*a\\.jsonl, line 1 \\(${key}\\) is damaged and will be computed anew: `),
    );
    assert.ok(readStore(folder, 3 - value).record);
  }
  // A line that does not even say whose it is, as a conflict of merging leaves it.
  writeFileSync(file, `<<<<<<< HEAD\n${damages[1]}\n${second}\n`);
  const named = [...readAllStored(folder)].filter(({ damage }) => damage).map(({ key: of, line }) => [of, line]);
  assert.deepEqual(named, [
    [key, 2],
    ["", 1],
  ]);
  const unpacked = await unpackTrials(folder, "a");
  assert.deepEqual([unpacked.unpacked, unpacked.damaged.length, existsSync(file)], [1, 2, true]);
  await openStore(folder).write(await recordOf(value));
  const conflict = readFileSync(file, "utf8");
  const { damaged } = await pack(folder);
  assert.equal(damaged.length, 3);
  assert.match(damaged[0] as string, /a\.jsonl: has lines that are no trials, so it is left: trials .* stay/);
  assert.match(damaged[1] as string, /a\.jsonl, line 1 \(which trial, it does not say\): its content does not match/);
  assert.equal(readFileSync(file, "utf8"), conflict);
  assert.equal([...readAllStored(folder)].filter(({ record }) => record).length, 3);
  writeFileSync(file, `${damages[1]}\n${second}\n`);
  assert.equal((await pack(folder)).damaged.length, 1);
  assert.equal(readFileSync(file, "utf8"), `${first}\n${second}\n`);
});

test("a damaged line stays where it is until its trial is there again, and unpacking keeps the line of a damaged loose one", async () => {
  const folder = await fill([1, 2]);
  await pack(folder);
  const file = join(folder, "a.jsonl");
  const whole = readFileSync(file, "utf8");
  const [first = "", second = ""] = whole.split("\n");
  const key = JSON.parse(first).record.key as string;
  writeFileSync(looseFile(folder, key), "{");
  const unpacked = await unpackTrials(folder);
  assert.deepEqual([unpacked.unpacked, unpacked.damaged.length], [1, 1]);
  assert.equal(readFileSync(file, "utf8"), whole);
  rmSync(looseFile(folder, key));
  const damaged = `${first.slice(0, -20)}\n${second}\n`;
  writeFileSync(file, damaged);
  for (const prune of [false, true]) {
    assert.equal((await pack(folder, prune ? { prune, planOf: () => undefined } : {})).damaged.length, 1);
    assert.equal(readFileSync(file, "utf8"), prune ? `${first.slice(0, -20)}\n` : damaged);
  }
});

test("what the store has not written is never removed, changed or taken for a trial, whatever it is called", async () => {
  const folder = await fill([1, 2, 3, 4]);
  const strangers: Record<string, string> = {
    ...{ "package.json": "{}", "loose/package.json": "{}", "mydata.jsonl": '{"a":1}\n\n{"a":2}', "empty.jsonl": "" },
    ...{ "pictures/mine.png": "p", "pictures/notes.txt": "n", "pictures/0123456789abcdef.png": "not of this digest" },
    // Of a key's name, and yet no trial; in the place of a plan's file; a list with lines of one's own.
    ...{ "loose/table-0123456789abcdef.json": "{}", "b.jsonl": "mine\n", "x.jsonl.backup.part": "mine" },
    ...{
      "pictures/below/mine.png": "p",
      "pictures/.notes.part": "mine",
      "c.jsonl/mine.txt": "m",
      "d.json/mine.txt": "m",
    },
  };
  for (const [name, content] of Object.entries(strangers)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const kept = () =>
    assert.deepEqual(
      Object.fromEntries(Object.keys(strangers).map((name) => [name, readFileSync(join(folder, name), "utf8")])),
      strangers,
    );
  const inTheWay = /b\.jsonl: has lines that are no trials/;
  const first = await pack(folder);
  assert.deepEqual([first.packed, first.damaged.length], [2, 1]);
  assert.match(first.damaged.join(), inTheWay);
  kept();
  const list = join(folder, "list.jsonl");
  strangers["list.jsonl"] = `${readFileSync(join(folder, "a.jsonl"), "utf8")}a note\n`;
  writeFileSync(list, strangers["list.jsonl"]);
  const second = await pack(folder, { prune: true });
  assert.deepEqual([second.packed, second.orphans], [0, 1]);
  assert.match(second.damaged.join("\n"), /table-0123456789abcdef\.json: .*\n.*b\.jsonl: .*\n.*list\.jsonl, line 3 /);
  kept();
  assert.deepEqual((await unpackTrials(folder)).damaged.length, 1);
  kept();
  rmSync(list);
  assert.deepEqual(
    [...readAllStored(folder)].map(({ key, damage }) => [key, damage !== undefined]),
    [...[1, 2, 3].map(keyOf), "table-0123456789abcdef"].sort().map((key) => [key, key.startsWith("table")]),
  );
});

test("a picture that is damaged or not there makes its trial one that is missing; a loose trial that is damaged is left", async () => {
  const folder = await fill([3]);
  await pack(folder);
  const [name = ""] = readdirSync(join(folder, "pictures"));
  const file = join(folder, "pictures", name);
  writeFileSync(file, readFileSync(file).subarray(0, 40));
  assert.match(readStore(folder, 3).warning, /b\.jsonl, line 1 .* anew: the picture .*\.png does not match its digest/);
  rmSync(file);
  assert.match(readStore(folder, 3).warning, /b\.jsonl, line 1 .* anew: ENOENT.*\.png/);
  await openStore(folder).write(await recordOf(3));
  await pack(folder);
  assert.ok(readStore(folder, 3).record);
  for (const text of ["{}", "[]", "null", "7", '{"name":"own"}', '{"digest":"0"}']) {
    writeFileSync(looseFile(folder, keyOf(1)), text);
    assert.match(readStore(folder, 1).warning, /anew: it is no record of this program$/, text);
  }
  writeFileSync(looseFile(folder, keyOf(1)), "{");
  const { damaged, packed } = await pack(folder);
  assert.deepEqual([packed, damaged.length], [0, 1]);
  assert.ok(existsSync(looseFile(folder, keyOf(1))));
});

test("trials of no plan are removed only when asked for, packed ones too; a trial whose plan is another moves there", async () => {
  const folder = await fill();
  await pack(folder);
  const moved: Partial<PackOptions> = {
    planOf: (key) => (key === keyOf(1) ? "b" : key === keyOf(3) ? "a" : undefined),
  };
  assert.deepEqual((await pack(folder, moved)).orphans, 2);
  const keys = (name: string) =>
    readFileSync(join(folder, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).record.key as string);
  assert.deepEqual([keys("a.jsonl"), keys("b.jsonl")], [[keyOf(2), keyOf(3)].sort(), [keyOf(1)]]);
  assert.deepEqual((await pack(folder, { ...moved, prune: true })).orphans, 2);
  assert.deepEqual([...readAllStored(folder)].map(({ key }) => key).sort(), [keyOf(1), keyOf(3)].sort());
});

test("stopped after any step, and with trials that change places, packing loses nothing and goes on", async () => {
  const moves = (key: string) => (plans.has(key) ? (plans.get(key) === "a" ? "b" : "a") : undefined);
  /** Two packed trials that change places, a packed one that is computed anew, and a loose one. */
  const prepare = async () => {
    const folder = await fill([1, 3]);
    await pack(folder);
    return fill([2, 3], folder);
  };
  const whole = await prepare();
  const { steps } = await pack(whole, { planOf: moves });
  assert.ok(steps.length >= 5, steps.join());
  for (let i = 1; i <= steps.length; i++) {
    const folder = await prepare();
    const work = packTrials(folder, { ...options, planOf: moves });
    for (let step = 0; step < i; step++) await work.next();
    // A write that was killed in the middle.
    writeFileSync(join(folder, ".1.0123abcd.part"), "{");
    for (const value of [1, 2, 3]) assert.ok(readStore(folder, value).record, `${value} after ${steps[i - 1]}`);
    await assert.rejects(pack(folder), new RegExp(`is being packed by process ${process.pid} on `));
    await work.return({ packed: 0, orphans: 0, damaged: [] });
    await pack(folder, { planOf: moves });
    assert.deepEqual(filesOf(folder), filesOf(whole), steps[i - 1]);
    assert.deepEqual(readdirSync(folder).sort(), ["a.jsonl", "b.jsonl", "loose", "pictures"]);
  }
});

test("a lock of a process that is gone is taken over, one of another machine is not", async () => {
  const folder = await fill([1]);
  const lock = join(folder, "loose", "0.lock");
  writeFileSync(lock, `4194305 on ${hostname()}, begun at 7`);
  assert.equal((await pack(folder)).packed, 1);
  assert.ok(!existsSync(lock));
  writeFileSync(lock, "1 on elsewhere");
  await assert.rejects(
    pack(folder),
    /is being packed by process 1 on elsewhere: wait for it; if it is gone, remove .*0\.lock/,
  );
});

test("an open store finds what is packed, unpacked and stored beside it, and a file stored during packing stays", async () => {
  const folder = await fill([1, 3]);
  const store = openStore(folder);
  const all = () => [1, 3].every((value) => store.read(specOf(value)) !== undefined);
  const work = packTrials(folder, options);
  assert.ok(all());
  await work.next();
  const newer = { ...(await recordOf(3)), metrics: { psnr: 40 } };
  await openStore(folder).write(newer);
  for (let step = await work.next(); !step.done; step = await work.next()) assert.ok(all());
  assert.equal(store.read(specOf(3))?.metrics.psnr, 40);
  assert.ok(existsSync(looseFile(folder, keyOf(3))) && !existsSync(looseFile(folder, keyOf(1))));
  const reading = readAllStored(folder);
  const first = reading.next().value;
  await unpackTrials(folder);
  assert.deepEqual([first?.key, ...[...reading].map(({ key }) => key)], [keyOf(1), keyOf(3)].sort());
  assert.ok(all());
});

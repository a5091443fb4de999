import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createIdentity } from "../../src/data";
import {
  expertAt,
  nameCheckpoint,
  namePrior,
  openCheckpoint,
  openDiffusion,
  openExperts,
  readLevelErrors,
  unlistCheckpoint,
} from "../../src/ddpm";
import { restoreImage } from "../../src/fusion";
import { psnr } from "../../src/metrics";
import { openStream, projectFolder, tf } from "../../src/runtime";
import { assertNoLeak, disposeAll, drawRamp, temporaryFolder } from "../helpers";

const shipped = join(projectFolder(), "data", "checkpoints");

test("a prior is one DDPM by its checkpoint's name, or FFDNet to level 168 with a DDPM above", () =>
  assertNoLeak(() => {
    const [photos, ffdnet] = [openDiffusion("photos"), openDiffusion("ffdnet")];
    assert.deepEqual(
      [photos, ffdnet].map(({ experts }) => experts.map(({ name, last }) => `${name} ${last}`)),
      [["DDPM 1000"], ["FFDNet 168", "DDPM 1000"]],
    );
    assert.deepEqual([expertAt(ffdnet, 168).name, expertAt(ffdnet, 169).name], ["FFDNet", "DDPM"]);
    assert.deepEqual(namePrior("photos"), nameCheckpoint("photos"));
    assert.notEqual(namePrior("ffdnet").digest, nameCheckpoint("ffdnet").digest);
    const network = expertAt(ffdnet, 168).open();
    assert.equal(network.lastLevel, 168);
    network.dispose();
  }));

test("a checkpoint that is written anew has the digest of its new content, even of the same length", () => {
  const folder = temporaryFolder();
  process.env.DDPM_DIP_CHECKPOINTS = folder;
  try {
    const digestOf = (content: string) => {
      writeFileSync(join(folder, "own.safetensors"), content);
      return nameCheckpoint("own").digest;
    };
    // As sha256sum prints them.
    assert.deepEqual(["one", "two", "one"].map(digestOf), ["7692c3ad3540bb80", "3fc4ccfe745870e2", "7692c3ad3540bb80"]);
    assert.equal(nameCheckpoint("own").digest, "7692c3ad3540bb80");
  } finally {
    delete process.env.DDPM_DIP_CHECKPOINTS;
  }
});

test("each checkpoint that comes with the project is on the list beside it, and is as the list has it", () => {
  const names = readdirSync(shipped).flatMap((file) => /^(.*)\.safetensors$/.exec(file)?.[1] ?? []);
  const listed = readFileSync(join(shipped, "SHA256SUMS"), "utf8").match(/(?<= {2}).*(?=\.safetensors)/g);
  assert.deepEqual(listed?.sort(), names.sort());
  for (const name of names) assert.match(nameCheckpoint(name).digest, /^[0-9a-f]{16}$/);
});

test("a bit that flips in a listed checkpoint's data or description is named, and one's own in its place is not", async (t) => {
  const folder = temporaryFolder();
  process.env.DDPM_DIP_CHECKPOINTS = folder;
  t.after(() => {
    delete process.env.DDPM_DIP_CHECKPOINTS;
  });
  const [list, file] = ["SHA256SUMS", "photos-500.safetensors"].map((name) => join(folder, name)) as [string, string];
  copyFileSync(join(shipped, "SHA256SUMS"), list);
  const bytes = readFileSync(join(shipped, "photos-500.safetensors"));
  writeFileSync(file, bytes);
  const named = nameCheckpoint("photos-500");
  openCheckpoint(named).network.dispose();
  const described = bytes.indexOf('\\"steps\\":1000') + '\\"steps\\":'.length;
  assert.ok(described > 100);
  for (const place of [bytes.length - 3, bytes.length >> 1, described]) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(place) ^ 2, place);
    writeFileSync(file, flipped);
    const message =
      /photos-500\.safetensors is damaged: its SHA-256 is [0-9a-f]{64}, SHA256SUMS beside it has [0-9a-f]{64}; bring it back/;
    assert.throws(() => openCheckpoint(named), message);
    assert.throws(() => nameCheckpoint("photos-500"), message);
    assert.throws(() => openDiffusion("photos-500"), message);
  }
  await unlistCheckpoint(file);
  assert.equal(
    readFileSync(list, "utf8"),
    readFileSync(join(shipped, "SHA256SUMS"), "utf8").replace(/.*photos-500.*\n/, ""),
  );
  // As it is read without a list: the number of steps is now another.
  assert.equal(openDiffusion("photos-500").schedule.steps, 3000);
  writeFileSync(list, "what is this\n");
  assert.throws(() => nameCheckpoint("photos-500"), /SHA256SUMS is damaged: line 1 is "what is this", want a SHA-256/);
});

test("its errors are by level, as the last validation of its training measured them", () => {
  const errors = readLevelErrors("bsd");
  assert.ok(errors.length > 5);
  assert.ok(errors.every(({ cleanError }, i) => cleanError > (errors[i - 1]?.cleanError ?? 0)));
});

test("a name that is none lists those that are; another checkpoint than a spec's, a missing and a damaged log are named", (t) => {
  assert.throws(
    () => openDiffusion("none"),
    /there is no prior "none": want photos, bsd, bsd-wide, ffdnet or the name of a DDPM's checkpoint/,
  );
  assert.throws(
    () => openDiffusion({ name: "ffdnet", digest: "0" }),
    /ffdnet is another checkpoint: its digest is \w+, not 0/,
  );
  for (const name of ["constructor", "toString"]) {
    assert.throws(() => namePrior(name), new RegExp(`there is no prior "${name}"`));
  }
  assert.throws(() => openDiffusion("classifier"), /classifier\.safetensors holds no DDPM/);
  assert.throws(() => readLevelErrors("none"), /the log of the checkpoint "none" .* holds no validation/);
  const folder = temporaryFolder();
  process.env.DDPM_DIP_CHECKPOINTS = folder;
  t.after(() => {
    delete process.env.DDPM_DIP_CHECKPOINTS;
  });
  assert.throws(() => namePrior("ffdnet"), /there is no checkpoint "ffdnet"/);
  for (const name of ["ffdnet", "bsd"]) {
    copyFileSync(join(shipped, `${name}.safetensors`), join(folder, `${name}.safetensors`));
  }
  assert.throws(() => readLevelErrors("bsd"), /the log of the checkpoint "bsd" .* holds no validation/);
  writeFileSync(join(folder, "bsd.json"), "{}");
  assert.throws(() => readLevelErrors("bsd"), /the training log .*bsd\.json is damaged/);
  writeFileSync(join(folder, "ffdnet.safetensors"), "xx");
  assert.throws(() => expertAt(openDiffusion("ffdnet"), 1).open(), /ffdnet\.safetensors is damaged/);
});

test("restoreImage denoises by FFDNet where that is named, and says so", () =>
  assertNoLeak(async () => {
    const clean = drawRamp(32, 0.2, 0.8);
    const measured = tf.tidy(() => clean.add<tf.Tensor4D>(openStream(1, "noise").normal(clean.shape).mul(0.1)));
    const { image, reasons, evaluations } = await restoreImage(
      { measurement: createIdentity(), measured, sigma: 0.1, size: [32, 32], whole: true },
      {
        prior: "ffdnet",
        iterations: 20,
        adaptations: 3,
        network: { kind: "skip", filters: [8, 8], skipFilters: 2, upsampling: "bilinear" },
        progress: () => ({ update() {}, finish() {} }),
      },
    );
    assert.match(
      reasons.join(" "),
      /The FFDNet was applied to .*, then adapted .* DIP \d\.\d\d, (adapted )?FFDNet \d\.\d\d/s,
    );
    assert.equal(evaluations, 8 + 3 + 8);
    assert.ok(psnr(image, clean) > psnr(measured, clean) + 8, `${psnr(image, clean)} dB`);
    disposeAll(clean, measured, image);
  }));

test("a denoising below the border loads FFDNet alone", () =>
  assertNoLeak(() => {
    const prior = openDiffusion("ffdnet");
    const opened: string[] = [];
    const watched = {
      ...prior,
      experts: prior.experts.map((expert) => ({
        ...expert,
        open: () => {
          opened.push(expert.name);
          return expert.open();
        },
      })),
    };
    const denoiser = openExperts(watched, [16, 16, 3]);
    const xt = drawRamp(16, -1, 1);
    for (const t of [168, 1, 169]) tf.dispose(Object.values(denoiser.denoise(xt, t)));
    assert.deepEqual(opened, ["FFDNet", "DDPM"]);
    disposeAll(denoiser, xt);
  }));

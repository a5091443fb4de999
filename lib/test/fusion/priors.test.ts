import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createIdentity } from "../../src/data";
import { expertAt, nameCheckpoint, namePrior, openDiffusion, openExperts, readLevelErrors } from "../../src/ddpm";
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
    assert.match(reasons.join(" "), /The FFDNet was adapted .* DIP \d\.\d\d, (adapted )?FFDNet \d\.\d\d/s);
    assert.equal(evaluations, 1 + 3 + 8);
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

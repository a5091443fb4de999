import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { choosePhotos, defaultSettings, disposePhotos, previewRows, restorePhotos } from "../../src/cli";
import { projectFolder, resultsFolder } from "../../src/runtime";
import { assertNoLeak, temporaryFolder } from "../helpers";
import { tinyModels, writePhoto } from "./tinyRun";

test("photos of a folder are chosen, restored and shown with their noise and estimated error", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    await writePhoto(folder, "a.png", { width: 60, height: 50 });
    await writePhoto(folder, "b.png", { channels: 1 });
    await writePhoto(folder, "c.png");
    const photos = await choosePhotos(folder, { size: 40, most: 2 });
    assert.deepEqual(
      photos.map(({ name, image }) => [name, image.shape.join()]),
      [
        ["a", "1,33,40,3"],
        ["b", "1,32,32,1"],
      ],
    );
    const settings = { ...defaultSettings, sigma: 20 / 255, iterations: 3, adaptations: 0 };
    const shown = await restorePhotos(photos, settings, tinyModels);
    const rows = await previewRows(shown);
    assert.deepEqual(
      rows.map(({ name, images }) => [name, images.length, images[0]?.label]),
      [
        ["a", 3, "σ 20.0"],
        ["b", 3, "σ 20.0"],
      ],
    );
    assert.match(rows[0]?.images[1]?.label as string, /^estimated [0-9.]+ dB, σ [0-9.]+$/);
    assert.match(rows[0]?.images[2]?.source as string, /^data:image\/png;base64,/);
    disposePhotos(shown);
  }));

test("without a folder there is an embedded photo with noise; a folder that is missing is named", async () => {
  const [photo] = await choosePhotos(undefined);
  assert.deepEqual(photo?.image.shape, [1, 32, 32, 3]);
  photo?.image.dispose();
  // Relative to the project, whatever folder the kernel runs in.
  const before = process.cwd();
  process.chdir(temporaryFolder());
  try {
    const [found] = await choosePhotos(join("data", "photos", "tune"), { size: 32, most: 1 });
    assert.equal(Math.max(...(found?.image.shape ?? [])), 32);
    found?.image.dispose();
    process.env.DDPM_DIP_RESULTS = join("data", "elsewhere");
    assert.equal(resultsFolder(), join(projectFolder(), "data", "elsewhere"));
  } finally {
    process.chdir(before);
    delete process.env.DDPM_DIP_RESULTS;
  }
  await assert.rejects(choosePhotos("/nowhere/at/all"), /\/nowhere\/at\/all: there is no such file or folder/);
  await assert.rejects(restorePhotos([], { ...defaultSettings, iterations: -1 }), /--iterations: got -1/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { readImage } from "ddpm-dip/data";
import { checkpointFile, nameCheckpoint } from "ddpm-dip/ddpm";
import { loadPerceptual } from "ddpm-dip/metrics";
import { computeTrial } from "ddpm-dip/trials";
import { assertNoLeak } from "../../../lib/test/helpers";
import { analysis, plans, type TrialRecord } from "../src";
import { context, near, told } from "./helpers";

const cell = plans.planCropPerceptual("smoke").slice(0, 4);

test("the DDPM alone, a start and what is made of it are rated by the perceptual distance to the clean image", async () => {
  const records: Awaited<ReturnType<typeof computeTrial<(typeof cell)[number]>>>[] = [];
  for (const spec of cell) records.push(await computeTrial({ ...spec, keepImages: true }, context));
  const rated = analysis.rate(records);
  assert.deepEqual(told(rated, "start", "draws"), [
    ...["noise | 1", "noise | 2"],
    ...["least variation | 0", "least variation | 1", "least variation | 2"],
    ...["DIP | 0", "DIP | 1", "DIP | 2"],
  ]);
  const network = loadPerceptual(checkpointFile(nameCheckpoint("stlpips-alex")));
  const decode = (source = "") => readImage(Buffer.from(source.split(",")[1] ?? "", "base64"));
  const [clean, restored] = [await decode(records[0]?.images.clean), await decode(records[0]?.images.restored)];
  // The pictures have 256 values.
  near(rated[0]?.perceptual, network.distance(restored, clean)[0] as number, 2e-3);
  for (const one of [clean, restored, network]) one.dispose();
  assert.ok(rated.every(({ perceptual }) => perceptual > 0 && perceptual < 2));
  await assertNoLeak(async () => {
    for (const [i, spec] of cell.slice(0, 3).entries()) {
      const { metrics } = await computeTrial({ ...spec, keepImages: true }, context);
      assert.equal(metrics["restored.perceptual"], records[i]?.metrics["restored.perceptual"]);
    }
  });
});

test("a trial without it is refused", async () => {
  const [spec] = cell;
  assert.ok(spec);
  const { perceptual: _, ...plain } = spec;
  const trial = await computeTrial(plain as typeof spec, context);
  assert.throws(() => analysis.rate([trial]), /trials: got one without "restored\.perceptual"/);
});

test("means of draws are held against one draw of the same start, image by image", () => {
  const [spec] = cell;
  const of = (name: string, draws: number, perceptual: number, psnr: number) =>
    ({
      spec: {
        ...{ ...spec, image: { from: "cbsd68", name } },
        restorer: { kind: "ddnm", evaluations: 2, eta: 1, ...(draws > 1 && { draws }) },
      },
      ...{ curves: {}, metrics: { "restored.psnr": psnr, "restored.ssim": 0.5, "restored.perceptual": perceptual } },
    }) as unknown as TrialRecord<NonNullable<typeof spec>>;
  const trials = [of("a", 1, 0.2, 20), of("a", 2, 0.3, 21), of("b", 1, 0.4, 22), of("b", 2, 0.6, 24)];
  const rated = analysis.rate(trials);
  const [one, both] = analysis.perceptualTable(rated);
  assert.deepEqual([one?.way, one?.psnr, one?.added, one?.p], ["noise, one draw", 21, "–", "–"]);
  assert.equal(both?.way, "noise, mean of 2");
  near(both?.perceptual, 0.45);
  near(both?.added, 0.15);
  // Of four flips the two that leave both signs alike are as far off.
  near(both?.p, 0.5);
  const [row] = analysis.perceptualByTask(rated);
  near(row?.["noise × 1"], 0.3);
});
